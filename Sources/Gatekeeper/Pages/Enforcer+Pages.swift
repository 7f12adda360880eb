internal import HTTPMessage
internal import NIOCore
internal import PolicyDSL

// Our own pages.
extension Enforcer {
    /// Who answers in our own name; nil where the request is for no page of ours.
    func responder(
        to head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo
    ) -> LocalResponder? {
        let rules = self.desk.rules
        guard let pages = rules.pages, let page = pages.page(at: head.text(head.path)),
            rules.servedHosts?.contains(head.text(head.host)) ?? true
        else { return nil }
        let client = ClientAddress(head, from: connection, trusting: pages.trustedProxies)
        let kept = copy head
        let eventLoop = self.eventLoop
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return LocalResponder(maximumBody: BuiltinPages.maximumBody) { body in
            let input: PageInput
            do throws(PageInput.Defect) {
                input = try PageInput(kept, body: body, page: page, rules: rules)
            } catch {
                let denial = Denial(error)
                let refusal = bound.value.refusal(denial, kept, subject: .unread, now: .now)
                return eventLoop.makeSucceededFuture(refusal)
            }
            let request = BuiltinPages.Request(
                head: kept,
                input: input,
                client: client,
                rules: rules,
                eventLoop: eventLoop
            )
            return eventLoop.makeFutureWithTask { await pages.answer(request) }
                .map { bound.value.refusal(with: $0, to: kept, rules: rules) }
        }
    }

    private func refusal(
        with answer: PageAnswer,
        to head: RequestHead,
        rules: EnforcementRules
    ) -> Refusal {
        switch answer {
        case .refuse(let denial, let style):
            return self.refusal(denial, head, subject: .unread, style: style, now: .now)
        case .answer(let answer, let subject, let denial):
            let pseudonym = rules.log.pseudonym
            let text = subject.map { CallerText($0, .unknown, pseudonym: pseudonym) }
            let opened = self.records.open(
                RequestText(head),
                subject: text.map(RecordedSubject.named) ?? .unread,
                decision: nil,
                denial: denial,
                rules: rules,
                now: .now
            )
            return Refusal(
                ticket: opened.ticket,
                status: answer.status,
                fields: answer.fieldLines,
                body: answer.body
            )
        }
    }
}
