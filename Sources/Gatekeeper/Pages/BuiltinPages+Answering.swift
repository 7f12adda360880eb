internal import HTTPMessage
internal import MFAPages
internal import NIOCore
internal import PolicyDSL
internal import TokenVerify

extension BuiltinPages {
    /// Everything that is known about one request.
    struct Request: Sendable {
        let head: RequestHead
        let input: PageInput
        let client: ClientAddress
        let rules: EnforcementRules
        let eventLoop: any EventLoop
    }

    /// Answers a request for a page of ours.
    func answer(_ request: Request) async -> PageAnswer {
        let desk = CredentialDesk(rules: request.rules, remembers: false)
        var credential = desk.credential(of: request.head, now: .now, asksAgain: true)
        if case .keyMissed(let key) = credential {
            try? await request.rules.keys.missedKey(key, on: request.eventLoop).get()
            credential = desk.credential(of: request.head, now: .now, asksAgain: false)
        }
        switch credential {
        case .refused(let denial):
            return .refuse(denial, style: nil)
        case .session(_, .header, _):
            // A program holds this session: no form of ours could give it another one.
            return .refuse(Denial(.stepUp, .aalTooLow), style: .challenge)
        case .session(let session, .cookie, _):
            return await self.answer(request, session.caller, of: session.issuer, renews: false)
        case .expiredCookie(let issuer, _):
            guard let caller = self.expiredCaller(request, issuer) else {
                return self.sendToSignIn(request)
            }
            return await self.answer(request, caller, of: issuer, renews: true)
        case .visitor, .keyMissed:
            return self.sendToSignIn(request)
        }
    }

    // The desk has verified all but its age.
    private func expiredCaller(_ request: Request, _ issuer: IssuerRules) -> Caller? {
        guard let stored = self.stored(request, issuer),
            let token = try? UnverifiedToken(parsing: stored.accessToken),
            let claims = try? token.unverifiedClaims()
        else { return nil }
        return try? Caller(claims: claims, profile: issuer.profile, paths: [], now: .now)
    }

    private func stored(_ request: Request, _ issuer: IssuerRules) -> StoredSession? {
        guard case .supabase(let name) = issuer.configuration.cookie else { return nil }
        return StoredSession(
            Cookie.all(in: request.head),
            name: name,
            maximumChunks: request.rules.limits.cookieChunks
        )
    }

    private func answer(
        _ request: Request,
        _ caller: Caller,
        of issuer: IssuerRules,
        renews: Bool
    ) async -> PageAnswer {
        let subjectClass = caller.principal.subjectClass
        guard case .supabase(let project) = issuer.configuration.provider,
            let stored = self.stored(request, issuer), let subject = caller.subject,
            subjectClass == .user || subjectClass == .guest,
            caller.principal.canBeUpgraded
        else { return self.show(.stuck(.stuckForeign), 403, request) }
        guard subjectClass == .user else {
            return self.show(.guest, 403, request, stored: stored)
        }
        let session = PageSession(
            issuer: issuer,
            project: project,
            stored: stored,
            caller: caller,
            subject: subject
        )
        var conversation = PageConversation(
            pages: self,
            rules: request.rules,
            eventLoop: request.eventLoop,
            host: request.input.host,
            journey: request.input.journey,
            client: request.client,
            session: session
        )
        if renews, let failure = await self.renew(&conversation, request) { return failure }
        return await self.converse(&conversation, request)
    }

    /// Renews an expired session; nil when that worked.
    private func renew(
        _ conversation: inout PageConversation,
        _ request: Request
    ) async -> PageAnswer? {
        guard let token = conversation.session.refreshToken else {
            return self.sendToSignIn(request)
        }
        let problem: AuthProblem
        switch await conversation.reply(to: .refresh(token: token)) {
        case .session(let renewed):
            if case .adopted = await conversation.adopt(renewed) { return nil }
            problem = .foreignSession
        case .problem(let found): problem = found
        case .user, .enrolled, .challenged, .done: problem = .brokenAnswer
        }
        guard !problem.endsSession else {
            return self.leave(.sessionOver, conversation.session, request)
        }
        let address = PageAddress(request.input.page, request.input.journey)
        return self.show(
            .failed(problem, again: address),
            problem.pageStatus,
            request,
            stored: conversation.session.stored
        )
    }

    private func converse(
        _ conversation: inout PageConversation,
        _ request: Request
    ) async -> PageAnswer {
        let context = self.context(conversation.session, request)
        let session = conversation.session
        let end: PageConversation.End
        switch request.input.page {
        case .stepUp:
            end = await conversation.run(
                StepUpFlow(context, address: request.input.address, action: request.input.action)
            )
        case .enroll:
            end = await conversation.run(
                EnrollFlow(context, address: request.input.address, action: request.input.action)
            )
        case .factors, .remove:
            end = await conversation.run(
                FactorsFlow(
                    context,
                    address: request.input.address,
                    action: request.input.action,
                    refreshToken: session.refreshToken
                )
            )
        case .signOut:
            end = await conversation.run(SignOutFlow(context, action: request.input.action))
        }
        self.remember(request, conversation.session)
        switch end {
        case .show(let content, let status):
            return self.show(content, status, request, conversation.session)
        case .leave(let destination):
            return self.leave(destination, conversation.session, request)
        }
    }
}
