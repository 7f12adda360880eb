internal import MFAPages
internal import PolicyDSL

// What a flow and the desks are told.
extension BuiltinPages {
    private func author(_ session: PageSession, _ request: Request) -> AttemptDesk.Author {
        AttemptDesk.Author(
            issuer: session.issuer.index,
            session: session.sessionID,
            subject: session.subject,
            client: request.client.network
        )
    }

    func context(_ session: PageSession, _ request: Request) -> PageContext {
        let input = request.input
        let token = FormToken(of: session.stored)
        let isStale = input.isPost && (input.isForeign || !token.matches(input.sentToken))
        var wait: Int64 = 0
        if !isStale, input.action.triesCode || input.action.sendsMessage {
            wait = self.memory.attempts.begin(
                input.action.triesCode ? .code : .message,
                by: self.author(session, request),
                at: Instant.now.wholeSeconds
            )
        }
        return PageContext(
            journey: input.journey,
            isAAL2: session.isAAL2,
            managesFactors: self.managesFactors,
            offered: self.configuration.factors,
            channels: self.configuration.channels,
            issuerName: self.brand.name,
            pending: self.pending(session, input),
            note: input.address.note,
            wait: wait > 0 ? wait : nil,
            isFormStale: isStale,
            texts: TextTable(input.language, name: self.brand.name)
        )
    }

    private func pending(_ session: PageSession, _ input: PageInput) -> Enrolment? {
        guard let factor = input.address.factor else { return nil }
        return self.memory.enrolments.find(
            factor,
            for: session.memoryKey,
            at: Instant.now.wholeSeconds
        )
    }

    // New tokens at the second level in answer to a code: it was right.
    func remember(_ request: Request, _ session: PageSession) {
        guard case .verify(let factor, _, _) = request.input.action, session.renewed != nil,
            session.isAAL2
        else { return }
        self.memory.attempts.succeeded(self.author(session, request))
        self.memory.enrolments.forget(factor)
    }
}
