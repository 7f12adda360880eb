internal import MFAPages

// What the browser is told to keep, and to forget.
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

    func addCookies(to answer: inout Answer, _ session: PageSession, _ request: Request) {
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

    func clearingCookies(_ session: PageSession, _ request: Request) -> [String] {
        self.cookieWriter(session.issuer, request)?.clearing(session.stored.cookies) ?? []
    }
}
