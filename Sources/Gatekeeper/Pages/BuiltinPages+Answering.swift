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
            let token = try? UnverifiedToken(parsing: Array(stored.accessToken.utf8).span),
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
            return self.show(.stuck(.stuckAnonymous), 403, request, stored: stored)
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
            guard request.input.isPost else {
                return self.leave(.page(PageAddress(.stepUp)), session, request)
            }
            end = await conversation.run(SignOutFlow(context))
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

// What the desks are told.
extension BuiltinPages {
    private func author(_ session: PageSession, _ request: Request) -> AttemptDesk.Author {
        AttemptDesk.Author(
            issuer: session.issuer.index,
            session: session.sessionID,
            subject: session.subject,
            client: request.client.network
        )
    }

    private func context(_ session: PageSession, _ request: Request) -> PageContext {
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
    private func remember(_ request: Request, _ session: PageSession) {
        guard case .verify(let factor, _, _) = request.input.action, session.renewed != nil,
            session.isAAL2
        else { return }
        self.memory.attempts.succeeded(self.author(session, request))
        self.memory.enrolments.forget(factor)
    }
}

// Ends.
extension BuiltinPages {
    private func writer(_ request: Request, _ stored: StoredSession?) -> PageWriter {
        PageWriter(
            texts: TextTable(request.input.language, name: self.brand.name),
            brand: self.brand,
            stylesheet: self.stylesheet,
            returnTo: request.rules.returnTo,
            token: stored.map { FormToken(of: $0) } ?? FormToken(""),
            channels: self.configuration.channels,
            signIn: self.signIn(request, .unauthenticated) ?? "/",
            managesFactors: self.managesFactors
        )
    }

    private func show(
        _ content: PageContent,
        _ status: Int,
        _ request: Request,
        _ session: PageSession
    ) -> PageAnswer {
        // The forms of a page are for the session that the browser will have with it.
        let token = FormToken(of: session.accessToken)
        let writer = self.writer(request, nil).with(token)
        var answer = self.answer(
            writer.document(content),
            status: status,
            language: request.input.language
        )
        self.addCookies(to: &answer, session, request)
        return .answer(answer, subject: session.text, denial: nil)
    }

    private func show(
        _ message: MessageContent,
        _ status: Int,
        _ request: Request,
        stored: StoredSession? = nil
    ) -> PageAnswer {
        var message = message
        message.isSignedIn = message.isSignedIn && stored != nil
        let document = self.writer(request, stored).document(.message(message))
        return .answer(
            self.answer(document, status: status, language: request.input.language),
            subject: nil,
            denial: nil
        )
    }

    private func leave(
        _ destination: Destination,
        _ session: PageSession,
        _ request: Request
    ) -> PageAnswer {
        switch destination {
        case .target(let path):
            var answer = self.redirect(to: self.absolute(path?.text ?? "/", request))
            self.addCookies(to: &answer, session, request)
            return .answer(answer, subject: session.text, denial: nil)
        case .page(let address):
            let url = address.url(returnTo: request.rules.returnTo)
            var answer = self.redirect(to: self.absolute(url, request))
            self.addCookies(to: &answer, session, request)
            return .answer(answer, subject: session.text, denial: nil)
        case .signIn:
            return self.sendToSignIn(request, again: true)
        case .sessionOver:
            return self.sendToSignIn(request, again: true).setting(
                cookies: self.clearingCookies(session, request)
            )
        case .signedOut:
            return self.show(.signedOut, 200, request).setting(
                cookies: self.clearingCookies(session, request)
            )
        }
    }

    private func absolute(_ path: String, _ request: Request) -> String {
        (request.rules.publicURL?.description ?? "") + path
    }

    private func sendToSignIn(_ request: Request, again: Bool = false) -> PageAnswer {
        if request.input.page == .signOut {
            return self.show(.signedOut, 200, request)
        }
        let denial = Denial(.unauthenticated, .noCredential)
        guard let location = self.signIn(request, again ? .reauthenticate : .unauthenticated)
        else {
            return .refuse(denial, style: .challenge)
        }
        return .answer(self.redirect(to: location), subject: nil, denial: denial)
    }

    /// The sign-in page, which leads to where the user wanted to go and not back here.
    private func signIn(_ request: Request, _ remedy: Outcome) -> String? {
        var traits = ClientTraits()
        let journey = request.input.journey
        if let target = journey.returnPath {
            traits.path = target.path
            traits.query = target.text.split(separator: "?", maxSplits: 1).dropFirst().first
                .map(String.init)
        } else {
            traits.path = request.input.page == .signOut ? "/" : request.input.page.path
        }
        return request.rules.answers.pages.location(for: remedy, traits: traits)
    }
}

// Cookies.
extension BuiltinPages {
    private func cookieWriter(_ issuer: IssuerRules, _ request: Request) -> SessionCookieWriter? {
        guard case .supabase(let name) = issuer.configuration.cookie else { return nil }
        return SessionCookieWriter(
            name: name,
            domain: self.configuration.cookie.domain,
            isSecure: request.rules.publicURL?.scheme == .https,
            isHTTPOnly: self.configuration.cookie.isHTTPOnly
        )
    }

    private func addCookies(to answer: inout Answer, _ session: PageSession, _ request: Request) {
        guard let renewed = session.renewed,
            let writer = self.cookieWriter(session.issuer, request)
        else { return }
        for line in writer.replacing(session.stored, with: renewed.object) {
            answer.add("Set-Cookie", line)
        }
        guard case .verify = request.input.action else { return }
        // Whoever just proved a factor is in no redirect loop.
        answer.add("Set-Cookie", RedirectCount.clearing)
    }

    private func clearingCookies(_ session: PageSession, _ request: Request) -> [String] {
        self.cookieWriter(session.issuer, request)?.clearing(session.stored.cookies) ?? []
    }
}

extension FormToken {
    /// Made of the access token: every replica makes the same one, and only its owner knows it.
    init(of token: String) {
        let bytes = Array("gatekeeper form 1 \(token)".utf8)
        self.init(Base64URL.encode(NameDigest.sha256(bytes)))
    }

    init(of stored: StoredSession) {
        self.init(of: stored.accessToken)
    }
}
