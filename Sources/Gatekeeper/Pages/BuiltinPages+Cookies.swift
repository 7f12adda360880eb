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

    /// What puts a renewed session into the browser.
    func renewedCookies(_ session: PageSession, _ request: Request) -> [String] {
        guard let renewed = session.renewed,
            let writer = self.cookieWriter(session.issuer, request)
        else { return [] }
        let lines = writer.replacing(session.stored, with: renewed.object)
        guard case .verify = request.input.action else { return lines }
        // Whoever just proved a factor is in no redirect loop.
        return lines + [RedirectCount.clearing]
    }

    func clearingCookies(_ session: PageSession, _ request: Request) -> [String] {
        self.cookieWriter(session.issuer, request)?.clearing(session.stored.cookies) ?? []
    }
}
