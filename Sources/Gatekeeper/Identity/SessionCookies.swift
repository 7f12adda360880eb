internal import HTTPMessage
internal import TokenVerify

/// What the session cookies of one issuer hold.
enum CookieCredential: Equatable, Sendable {
    case absent
    /// Cookies with our name that hold no token; none of them may pass.
    case unreadable(withheld: [String])
    /// One session; `others` carry our name but were not part of it.
    case session(token: [UInt8], parts: [String], others: [String])

    /// Every cookie that carries the issuer's name.
    var names: [String] {
        switch self {
        case .absent: []
        case .unreadable(let withheld): withheld
        case .session(_, let parts, let others): parts + others
        }
    }
}

extension SessionCookie {
    /// Reads the issuer's cookies from a request.
    ///
    /// - `cookies`: all cookies of the request.
    /// - `maximumChunks`: how many chunks of one value are joined at the most.
    func read(_ cookies: [Cookie], maximumChunks: Int) -> CookieCredential {
        switch self {
        case .supabase(let name):
            let own = Self.distinct(
                cookies.map(\.name).filter { SupabaseSessionCookie.isPart($0, of: name) }
            )
            switch SupabaseSessionCookie.read(cookies, name: name, maximumChunks: maximumChunks) {
            case .absent: return own.isEmpty ? .absent : .unreadable(withheld: own)
            case .unreadable: return .unreadable(withheld: own)
            case .session(let session):
                let others = own.filter { !session.parts.contains($0) }
                return .session(token: session.token, parts: session.parts, others: others)
            }
        case .bare(let name):
            return Self.bare(cookies.filter { $0.name == name }, names: [name])
        case .clerk:
            return Self.newest(cookies)
        }
    }

    private static func bare(_ cookies: [Cookie], names: [String]) -> CookieCredential {
        guard let first = cookies.first else { return .absent }
        // One name with two values: the application might read the other one.
        guard cookies.allSatisfy({ $0.value == first.value }) else {
            return .unreadable(withheld: names)
        }
        guard !first.value.isEmpty else { return .unreadable(withheld: names) }
        return .session(token: first.value, parts: names, others: [])
    }

    // Clerk's plain cookie and its suffixed twins: the token that was issued last counts. The
    // signature is checked afterwards, so that a forged `iat` gains a refusal at most.
    private static func newest(_ cookies: [Cookie]) -> CookieCredential {
        let own = cookies.filter { $0.name == "__session" || $0.name.hasPrefix("__session_") }
        let names = Self.distinct(own.map(\.name))
        var best: (cookie: Cookie, issuedAt: Int64)?
        for name in names {
            let same = own.filter { $0.name == name }
            guard let cookie = same.first, same.allSatisfy({ $0.value == cookie.value }) else {
                return .unreadable(withheld: names)
            }
            let token = try? UnverifiedToken(parsing: cookie.value.span)
            let issuedAt = (try? token?.unverifiedClaims())?.issuedAt?.microseconds ?? .min
            if best.map({ issuedAt > $0.issuedAt }) ?? true { best = (cookie, issuedAt) }
        }
        guard let best else { return .absent }
        return .session(
            token: best.cookie.value,
            parts: [best.cookie.name],
            others: names.filter { $0 != best.cookie.name }
        )
    }

    private static func distinct(_ names: [String]) -> [String] {
        names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
