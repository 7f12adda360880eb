internal import HTTPMessage
internal import PolicyDSL

// Requests that are not forwarded.
extension Enforcer {
    /// Refuses the request, and begins its record.
    func refuse(
        _ denial: Denial,
        _ head: borrowing RequestHead,
        subject: RecordedSubject,
        decision: Decision? = nil,
        now: Instant
    ) -> Ruling {
        let rules = self.desk.rules
        let style = rules.routes.style(for: head) ?? rules.routes.defaultStyle
        let plan = rules.answers.plan(for: denial, traits: ClientTraits(head), style: style)
        let opened = self.records.open(
            RequestText(head),
            subject: subject,
            decision: decision,
            denial: plan.denial,
            rules: rules,
            now: now
        )
        return .refuse(Self.refusal(plan, opened, hint: subject.hint, rules: rules))
    }

    func answer(
        to fault: ExchangeFault,
        under ticket: ExchangeTicket?,
        head: RequestHead?,
        from connection: borrowing ConnectionInfo
    ) -> Refusal {
        self.renewDesk()
        let rules = self.desk.rules
        let denial = Denial(fault)
        let opened =
            ticket.flatMap { self.records.reopen($0) }
            ?? self.records.open(
                head.map { RequestText($0) } ?? RequestText(),
                subject: .unread,
                decision: nil,
                denial: denial,
                rules: rules,
                now: .now
            )
        let traits = head.map { ClientTraits($0) } ?? ClientTraits()
        let plan = rules.answers.plan(for: denial, traits: traits, style: .challenge)
        return Self.refusal(plan, opened, hint: .none, rules: rules)
    }

    private static func refusal(
        _ plan: AnswerPlan,
        _ opened: ExchangeRecords.Opened,
        hint: ProblemBody.Hint,
        rules: EnforcementRules
    ) -> Refusal {
        let answer = rules.answers.answer(to: plan, decision: opened.decision, hint: hint)
        return Refusal(
            ticket: opened.ticket,
            status: answer.status,
            fields: answer.fieldLines,
            body: answer.body
        )
    }
}
