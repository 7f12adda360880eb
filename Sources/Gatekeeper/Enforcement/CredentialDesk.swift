internal import HTTPMessage
internal import PolicyDSL

/// Decides which credential of a request counts, and which must not pass beside it.
final class CredentialDesk {
    private let rules: EnforcementRules
    private let tokens: TokenDesk
    private let cookies: [(issuer: IssuerRules, cookies: SessionCookies)]

    init(rules: EnforcementRules, remembers: Bool = true) {
        self.rules = rules
        self.tokens = TokenDesk(rules: rules, remembers: remembers)
        self.cookies = rules.issuers.compactMap { issuer in
            SessionCookies(of: issuer.configuration).map { (issuer, $0) }
        }
    }

    /// - `asksAgain`: whether a key may still be fetched for an unknown key ID.
    func credential(
        of head: borrowing RequestHead,
        now: Instant,
        asksAgain: Bool
    ) -> Credential {
        switch BearerCredential(head) {
        case .ambiguous:
            return .refused(
                Denial(
                    outcome: .unauthenticated,
                    reason: "invalid-request",
                    bearerError: .invalidRequest,
                    isOfHeader: true,
                    status: 400
                )
            )
        case .absent, .otherScheme:
            return self.cookieCredential(of: head, now: now, asksAgain: asksAgain)
        case .token(let token):
            return self.headerCredential(token, of: head, now: now, asksAgain: asksAgain)
        }
    }

    private func headerCredential(
        _ token: ArraySlice<UInt8>,
        of head: borrowing RequestHead,
        now: Instant,
        asksAgain: Bool
    ) -> Credential {
        switch self.tokens.look(at: token, now: now) {
        case .session(let session):
            return .session(session, from: .header, withheld: self.strangers(to: token, in: head))
        case .apiKey:
            return self.cookieCredential(of: head, now: now, asksAgain: asksAgain)
        case .expired:
            return .refused(.invalidToken("token-expired"))
        case .refused(let code):
            return .refused(.invalidToken(code))
        case .keysUnavailable:
            return .refused(Denial(.unavailable, .keysUnavailable))
        case .keyMissed(let issuer):
            return asksAgain
                ? .keyMissed(issuer: issuer) : .refused(.invalidToken("token-unknown-key"))
        }
    }

    /// Session cookies beside a Bearer token that do not hold the same token.
    private func strangers(
        to token: ArraySlice<UInt8>,
        in head: borrowing RequestHead
    ) -> [String] {
        guard !self.cookies.isEmpty, head.names.contains(.cookie) else { return [] }
        let all = Cookie.all(in: head)
        return self.cookies.flatMap { own -> [String] in
            let found = own.cookies.read(all, maximumChunks: self.rules.limits.cookieChunks)
            guard case .session(let held, let parts, let others) = found,
                held.elementsEqual(token)
            else { return found.names }
            return own.issuer.configuration.forwardsCookie ? others : parts + others
        }
    }

    /// The cookies of the request that carry any issuer's session.
    func sessionCookieNames(in head: borrowing RequestHead) -> [String] {
        guard !self.cookies.isEmpty, head.names.contains(.cookie) else { return [] }
        let all = Cookie.all(in: head)
        return self.cookies.flatMap { own in
            own.cookies.read(all, maximumChunks: self.rules.limits.cookieChunks).names
        }
    }

    private func cookieCredential(
        of head: borrowing RequestHead,
        now: Instant,
        asksAgain: Bool
    ) -> Credential {
        guard !self.cookies.isEmpty, head.names.contains(.cookie) else {
            return .visitor(withheld: [], refusedCode: nil)
        }
        let all = Cookie.all(in: head)
        let found = self.cookies.map { own in
            (own.issuer, own.cookies.read(all, maximumChunks: self.rules.limits.cookieChunks))
        }
        let names = found.flatMap { $0.1.names }
        var first: Credential?
        for (issuer, credential) in found {
            guard case .session(let token, let parts, _) = credential else { continue }
            // Of several issuers' sessions one counts; the others must not pass beside it.
            let others = names.filter { !parts.contains($0) }
            let judged = self.credential(
                of: token[...],
                issuer: issuer,
                names: names,
                withheld: issuer.configuration.forwardsCookie ? others : names,
                now: now,
                asksAgain: asksAgain
            )
            if case .session = judged { return judged }
            first = first ?? judged
        }
        let code = names.isEmpty ? nil : "cookie-unreadable"
        return first ?? .visitor(withheld: names, refusedCode: code)
    }

    private func credential(
        of token: ArraySlice<UInt8>,
        issuer: IssuerRules,
        names: [String],
        withheld: [String],
        now: Instant,
        asksAgain: Bool
    ) -> Credential {
        let stranger = Credential.visitor(withheld: names, refusedCode: "issuer-mismatch")
        switch self.tokens.look(at: token, now: now) {
        case .session(let session):
            guard session.issuer.index == issuer.index else { return stranger }
            return .session(session, from: .cookie, withheld: withheld)
        case .expired(let owner):
            guard owner.index == issuer.index else { return stranger }
            return .expiredCookie(issuer, withheld: withheld)
        case .apiKey: return .visitor(withheld: names, refusedCode: nil)
        case .refused(let code): return .visitor(withheld: names, refusedCode: code)
        case .keysUnavailable: return .refused(Denial(.unavailable, .keysUnavailable))
        case .keyMissed(let index):
            return asksAgain
                ? .keyMissed(issuer: index)
                : .visitor(withheld: names, refusedCode: "token-unknown-key")
        }
    }
}

@available(*, unavailable)
extension CredentialDesk: Sendable {}
