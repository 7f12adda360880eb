internal import HTTPMessage
internal import PolicyDSL

/// Decides which credential of a request counts, and which must not pass beside it.
final class CredentialDesk {
    private let rules: EnforcementRules
    private let tokens: TokenDesk
    private let cookies: [(issuer: IssuerRules, cookies: SessionCookies)]

    /// - `remembers`: whether the desk lives long enough for tokens to come back.
    init(
        rules: EnforcementRules,
        metrics: LoopMetrics = LoopMetrics(),
        remembers: Bool = true
    ) {
        self.rules = rules
        self.tokens = TokenDesk(
            rules: rules,
            metrics: metrics,
            bounds: remembers ? TokenDesk.Bounds() : .single
        )
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
        switch BearerCredential(head, acceptsBareTokens: self.rules.clerk != nil) {
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
        case .keyMissed(let key):
            return asksAgain ? .keyMissed(key) : .refused(.invalidToken("token-unknown-key"))
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
            let found = own.cookies.read(all, maximumChunks: self.maximumChunks)
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
            own.cookies.read(all, maximumChunks: self.maximumChunks).names
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
            (own.cookies, own.issuer, own.cookies.read(all, maximumChunks: self.maximumChunks))
        }
        let names = found.flatMap { $0.2.names }
        var first: Credential?
        for (cookies, issuer, reading) in found {
            let judging = Judging(issuer: issuer, names: names, now: now, asksAgain: asksAgain)
            guard let judged = self.judge(reading, of: cookies, among: all, judging) else {
                continue
            }
            if case .session = judged { return judged }
            first = first ?? judged
        }
        let isUnreadable = found.contains { $0.2.isUnreadable }
        return first
            ?? .visitor(withheld: names, refusedCode: isUnreadable ? "cookie-unreadable" : nil)
    }

    /// What the cookies of one issuer are held against.
    private struct Judging {
        let issuer: IssuerRules
        /// All session cookies of the request.
        let names: [String]
        let now: Instant
        let asksAgain: Bool
    }

    /// The credential that one issuer's cookies come to; nil where they hold no token.
    private func judge(
        _ reading: CookieCredential,
        of cookies: SessionCookies,
        among all: [Cookie],
        _ judging: Judging
    ) -> Credential? {
        guard case .session(let token, let parts, _) = reading else { return nil }
        // Of several sessions one counts; the others must not pass beside it.
        let others = judging.names.filter { !parts.contains($0) }
        let judged = self.credential(
            of: token[...],
            issuer: judging.issuer,
            names: judging.names,
            withheld: judging.issuer.configuration.forwardsCookie ? others : judging.names,
            now: judging.now,
            asksAgain: judging.asksAgain
        )
        guard case .visitor = judged, let rest = cookies.twins(of: parts, in: all) else {
            return judged
        }
        let next = cookies.read(rest, maximumChunks: self.maximumChunks)
        return self.judge(next, of: cookies, among: rest, judging) ?? judged
    }

    private var maximumChunks: Int { self.rules.limits.cookieChunks }

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
        case .keyMissed(let key):
            return asksAgain
                ? .keyMissed(key)
                : .visitor(withheld: names, refusedCode: "token-unknown-key")
        }
    }
}

@available(*, unavailable)
extension CredentialDesk: Sendable {}
