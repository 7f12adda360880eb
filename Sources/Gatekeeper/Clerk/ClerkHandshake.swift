internal import HTTPMessage
internal import PolicyDSL
internal import TokenVerify

/// How a browser whose session token is out of date gets a new one: Clerk's Frontend API knows
/// the session, and sends the browser back with new cookies.
struct ClerkHandshake: Sendable {
    /// Why a handshake is asked for, in the words of Clerk's own libraries.
    enum Reason: String, Sendable {
        case tokenExpired = "session-token-expired"
        case tokenNotYetValid = "session-token-nbf"
        case tokenFromFuture = "session-token-iat-in-the-future"
        case tokenOlderThanClient = "session-token-iat-before-client-uat"
        case signedOutElsewhere = "session-token-but-no-client-uat"
        case signedInElsewhere = "client-uat-but-no-session-token"
        case browserChanged = "dev-browser-sync"
    }

    /// The session that a request's cookies hold.
    enum SessionState: Sendable {
        case none
        /// No good, for the reason of this code.
        case refused(code: String)
        case valid(issuedAt: NumericDate?)
    }

    let instance: ClerkInstance
    /// The position of the instance in the configuration.
    let issuer: Int
    /// Absent without a secret key: nonces mean nothing then.
    let exchange: HandshakeExchange?
    private let publicURL: WebOrigin?

    /// The one Clerk instance of a configuration; nil where there is none.
    init?(_ configuration: Configuration, exchange: HandshakeExchange?) {
        for (index, issuer) in configuration.issuers.enumerated() {
            guard case .clerk(let instance) = issuer.provider else { continue }
            self.instance = instance
            self.issuer = index
            self.exchange = exchange
            self.publicURL = configuration.publicURL
            return
        }
        return nil
    }
}

extension ClerkHandshake {
    /// Whether a browser loads a page, so that it can be sent elsewhere and come back.
    static func isDocument(_ head: borrowing RequestHead) -> Bool {
        guard head.methodKind == .get, !head.traits.contains(.webSocketUpgrade) else {
            return false
        }
        if let destination = head.first(.secFetchDestination) {
            let word = head[destination]
            return word.elementsEqual("document".utf8) || word.elementsEqual("iframe".utf8)
        }
        return head.first(.accept).map { head[$0].starts(with: "text/html".utf8) } ?? false
    }

    /// Why the browser should be sent for another token; nil where none would be any better.
    func reason(
        for state: SessionState,
        cookies: ClerkCookies,
        query: String?
    ) -> Reason? {
        switch state {
        case .refused(code: TokenRejection.expired.code): return .tokenExpired
        case .refused(code: TokenRejection.notYetValid.code): return .tokenNotYetValid
        case .refused(code: TokenRejection.issuedInFuture.code): return .tokenFromFuture
        case .none, .refused:
            if self.instance.isDevelopment, let query,
                QueryPairs.value(of: "__clerk_db_jwt", in: query) != nil
            {
                return .browserChanged
            }
            return (cookies.clientChangedAt ?? 0) > 0 ? .signedInElsewhere : nil
        case .valid(let issuedAt):
            guard let changed = cookies.clientChangedAt else { return nil }
            if changed == 0 { return .signedOutElsewhere }
            let issued = issuedAt.map { $0.microseconds / 1_000_000 } ?? 0
            return issued < changed ? .tokenOlderThanClient : nil
        }
    }

    /// The URL that begins a handshake.
    func location(
        _ reason: Reason,
        for head: borrowing RequestHead,
        cookies: ClerkCookies
    ) -> String {
        var parameters: [(name: String, value: String)] = [
            ("redirect_url", self.home(of: head)),
            ("__clerk_api_version", ClerkInstance.apiVersion),
            ("suffixed_cookies", "\(cookies.usesSuffix)"),
            ("__clerk_hs_reason", reason.rawValue),
        ]
        // Without a nonce the cookies come in a token that our keys can verify.
        if self.exchange != nil { parameters.append(("format", "nonce")) }
        if let token = cookies.sessionToken {
            parameters.append(("__session", String(decoding: token, as: UTF8.self)))
        }
        if self.instance.isDevelopment, let browser = self.browser(head, cookies) {
            parameters.append(("__clerk_db_jwt", String(decoding: browser, as: UTF8.self)))
        }
        let query = parameters.map { "\($0.name)=\(PercentEncoding.encode($0.value))" }
        let start = self.instance.frontendAPI.appending("v1/client/handshake")
        return "\(start)?\(query.joined(separator: "&"))"
    }

    private func browser(_ head: borrowing RequestHead, _ cookies: ClerkCookies) -> [UInt8]? {
        let query = head.query.map { head.text($0) }
        return query.flatMap { QueryPairs.value(of: "__clerk_db_jwt", in: $0) }
            ?? cookies.developmentBrowser
    }

    /// The request's own URL as the browser knows it, without what a handshake adds to it.
    func home(of head: borrowing RequestHead) -> String {
        var target = head.text(head.path)
        if let query = head.query {
            let kept = QueryPairs.removing(from: head.text(query)) { name in
                HandshakeResult.isName(name)
                    || HandshakeResult.companions.contains { name.elementsEqual($0.utf8) }
            }
            if !kept.isEmpty { target += "?\(kept)" }
        }
        return self.origin(of: head) + target
    }

    // One instance may serve several hosts; where none is ours, the Host field is only a claim.
    private func origin(of head: borrowing RequestHead) -> String {
        let parties = self.instance.authorizedParties.compactMap { WebOrigin($0) }
        let authority = head.text(head.authority).lowercased()
        let own = parties.first { $0.authority == authority } ?? self.publicURL ?? parties.first
        return own.map(\.description) ?? ""
    }
}
