internal import MFAPages
internal import PolicyDSL

// How a request ends: on a page, or at another address.
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

    func show(
        _ content: PageContent,
        _ status: Int,
        _ request: Request,
        _ session: PageSession
    ) -> PageAnswer {
        // The forms of a page are for the session that the browser will have with it.
        let token = FormToken(of: session.accessToken)
        let writer = self.writer(request, nil).with(token)
        let answer = self.answer(
            writer.document(content),
            status: status,
            language: request.input.language
        )
        var cookies = self.renewedCookies(session, request)
        if case .message(let message) = content, !message.isSignedIn {
            cookies = self.clearingCookies(session, request)
        }
        return .answer(answer, subject: session.caller, denial: nil).setting(cookies: cookies)
    }

    func show(
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

    func leave(
        _ destination: Destination,
        _ session: PageSession,
        _ request: Request
    ) -> PageAnswer {
        let renewed = self.renewedCookies(session, request)
        switch destination {
        case .target(let path):
            return self.redirect(to: path?.text ?? "/", session, request).setting(cookies: renewed)
        case .page(let address):
            let url = address.url(returnTo: request.rules.returnTo)
            return self.redirect(to: url, session, request).setting(cookies: renewed)
        case .signIn:
            return self.sendToSignIn(request, again: true).setting(cookies: renewed)
        case .sessionOver:
            let cleared = self.clearingCookies(session, request)
            let onward = self.sendToSignIn(request, again: true)
            // Without a sign-in page there is nowhere to be sent, but something to be told.
            guard case .answer = onward else {
                return self.show(.sessionOver, 403, request).setting(cookies: cleared)
            }
            return onward.setting(cookies: cleared)
        case .signedOut:
            return self.show(.signedOut, 200, request).setting(
                cookies: self.clearingCookies(session, request)
            )
        }
    }

    private func redirect(
        to path: String,
        _ session: PageSession,
        _ request: Request
    ) -> PageAnswer {
        .answer(
            self.redirect(to: (request.rules.publicURL?.description ?? "") + path),
            subject: session.caller,
            denial: nil
        )
    }

    func sendToSignIn(_ request: Request, again: Bool = false) -> PageAnswer {
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
