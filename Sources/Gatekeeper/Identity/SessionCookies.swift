internal import HTTPMessage
internal import TokenVerify

/// What the session cookies of one issuer hold.
enum CookieCredential: Equatable, Sendable {
    case absent
    /// Nothing of ours, but cookies that an application might take for it.
    case foreign(withheld: [String])
    /// Cookies with our name that hold no token; none of them may pass.
    case unreadable(withheld: [String])
    /// One session; `others` carry our name but were not part of it.
    case session(token: [UInt8], parts: [String], others: [String])

    var isUnreadable: Bool {
        switch self {
        case .unreadable: true
        case .absent, .foreign, .session: false
        }
    }

    /// Every cookie that carries the issuer's name.
    var names: [String] {
        switch self {
        case .absent: []
        case .foreign(let withheld), .unreadable(let withheld): withheld
        case .session(_, let parts, let others): parts + others
        }
    }
}

/// Finds the session of one issuer among the cookies of a request.
struct SessionCookies: Sendable {
    private let cookie: SessionCookie
    private let issuer: String
    /// The names of Clerk's two cookies, the plain one first.
    private let twins: [String]

    /// Nil where the issuer's sessions travel in no cookie.
    init?(of configuration: IssuerConfiguration) {
        guard let cookie = configuration.cookie else { return nil }
        self.cookie = cookie
        self.issuer = configuration.issuer
        switch configuration.provider {
        case .clerk(let instance): self.twins = ["__session", "__session_\(instance.cookieSuffix)"]
        case .supabase, .oidc, .static: self.twins = []
        }
    }

    /// Reads the issuer's cookies from a request.
    ///
    /// - `cookies`: all cookies of the request.
    /// - `maximumChunks`: how many chunks of one value are joined at the most.
    func read(_ cookies: [Cookie], maximumChunks: Int) -> CookieCredential {
        switch self.cookie {
        case .supabase(let name):
            Self.supabase(cookies, name: name, maximumChunks: maximumChunks)
        case .bare(let name):
            Self.bare(cookies, name: name)
        case .clerk:
            self.newest(cookies)
        }
    }

    private static func supabase(
        _ cookies: [Cookie],
        name: String,
        maximumChunks: Int
    ) -> CookieCredential {
        let own = cookies.map(\.name)
            .filter { SupabaseSessionCookie.isPart($0, of: name) }
            .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        switch SupabaseSessionCookie.read(cookies, name: name, maximumChunks: maximumChunks) {
        case .absent: return own.isEmpty ? .absent : .unreadable(withheld: own)
        case .unreadable: return .unreadable(withheld: own)
        case .session(let session):
            let others = own.filter { !session.parts.contains($0) }
            return .session(token: session.token, parts: session.parts, others: others)
        }
    }

    private static func bare(_ cookies: [Cookie], name: String) -> CookieCredential {
        let values = Self.values(of: name, in: cookies)
        guard let first = values.first else { return .absent }
        guard !first.isEmpty, Self.agree(values) else { return .unreadable(withheld: [name]) }
        return .session(token: first, parts: [name], others: [])
    }

    // Of Clerk's plain cookie and its suffixed twin the token of ours that was issued last counts.
    // The signature is checked afterwards, so that a forged `iat` gains a refusal at most.
    private func newest(_ cookies: [Cookie]) -> CookieCredential {
        let present = self.twins.map { ($0, Self.values(of: $0, in: cookies)) }
            .filter { !$0.1.isEmpty }
        let foreign = self.lookAlikes(in: cookies)
        guard !present.isEmpty else {
            return foreign.isEmpty ? .absent : .foreign(withheld: foreign)
        }
        let names = present.map(\.0) + foreign
        guard present.allSatisfy({ Self.agree($0.1) }) else { return .unreadable(withheld: names) }
        var best: (name: String, token: [UInt8], issuedAt: Int64?)?
        for (name, values) in present {
            guard let token = values.first, !token.isEmpty else { continue }
            let issuedAt = self.issueTime(of: token)
            if best.map({ ($0.issuedAt ?? -1) < (issuedAt ?? -1) }) ?? true {
                best = (name, token, issuedAt)
            }
        }
        guard let best else { return .unreadable(withheld: names) }
        return .session(
            token: best.token,
            parts: [best.name],
            others: names.filter { $0 != best.name }
        )
    }

    // Some of Clerk's libraries read whatever begins like their cookie.
    private func lookAlikes(in cookies: [Cookie]) -> [String] {
        cookies.map(\.name).reduce(into: []) { found, name in
            guard name.utf8.starts(with: "__session".utf8), !found.contains(name),
                !self.twins.contains(where: { $0.utf8.elementsEqual(name.utf8) })
            else { return }
            found.append(name)
        }
    }

    /// The cookies without those in `parts`, where another one may stand in for them; nil where
    /// none can.
    ///
    /// Anyone on a neighbouring host can plant one of the twins; it must not void the other.
    func twins(of parts: [String], in cookies: [Cookie]) -> [Cookie]? {
        guard self.cookie == .clerk else { return nil }
        return cookies.filter { !parts.contains($0.name) }
    }

    /// The `iat` of a token that bears the issuer's name; nil for any other.
    private func issueTime(of token: [UInt8]) -> Int64? {
        guard let claims = try? UnverifiedToken(parsing: token).unverifiedClaims(),
            let issuer = claims.issuer, issuer.utf8.elementsEqual(self.issuer.utf8)
        else { return nil }
        return claims.issuedAt?.microseconds ?? 0
    }

    private static func values(of name: String, in cookies: [Cookie]) -> [[UInt8]] {
        cookies.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    // One name with two values: the application might read the other one.
    private static func agree(_ values: [[UInt8]]) -> Bool {
        values.allSatisfy { $0 == values.first }
    }
}

extension ClerkInstance {
    /// What the names of this instance's own cookies end in.
    var cookieSuffix: String {
        let digest = NameDigest.sha1(Array(self.publishableKey.utf8))
        return String(Base64URL.encode(digest).prefix(8))
    }
}
