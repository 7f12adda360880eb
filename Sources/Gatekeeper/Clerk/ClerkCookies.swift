internal import TokenVerify

/// What a browser's Clerk cookies say about its session, before anything of it is verified.
///
/// Only questions of freshness are answered from here: whether another token should be fetched.
struct ClerkCookies: Equatable, Sendable {
    /// Whether the cookies with the instance's suffix count, rather than the plain ones.
    let usesSuffix: Bool
    /// When the client changed last, in seconds since 1970; 0 where it is signed out.
    let clientChangedAt: Int64?
    /// The session token that the application's own library would take.
    let sessionToken: [UInt8]?
    /// What development instances tell browsers apart by.
    let developmentBrowser: [UInt8]?

    init(_ cookies: [Cookie], of instance: ClerkInstance) {
        func value(_ name: String) -> [UInt8]? {
            let cookie = cookies.first { $0.name.utf8.elementsEqual(name.utf8) }
            return cookie.flatMap { $0.value.isEmpty ? nil : $0.value }
        }
        let suffix = instance.cookieSuffix
        let plain = Pair(session: value("__session"), changed: value("__client_uat"))
        let suffixed = Pair(
            session: value("__session_\(suffix)"),
            changed: value("__client_uat_\(suffix)")
        )
        self.usesSuffix = Self.prefersSuffixed(plain, suffixed, issuer: instance.issuer)
        let chosen = self.usesSuffix ? suffixed : plain
        self.clientChangedAt = chosen.changedAt
        self.sessionToken = chosen.session
        self.developmentBrowser = value("__clerk_db_jwt")
    }

    private struct Pair {
        let session: [UInt8]?
        let changed: [UInt8]?

        var changedAt: Int64? {
            self.changed.flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
        }

        var isSignedOut: Bool { self.changedAt == 0 }

        var claims: ClaimsSet? {
            self.session.flatMap { try? UnverifiedToken(parsing: $0).unverifiedClaims() }
        }

        var issuedAt: Int64 { self.claims?.issuedAt?.microseconds ?? 0 }
    }

    // The rule of Clerk's libraries, which the Frontend API has to be told the result of.
    private static func prefersSuffixed(_ plain: Pair, _ suffixed: Pair, issuer: String) -> Bool {
        if plain.session != nil {
            guard let named = plain.claims?.issuer else { return false }
            guard named.utf8.elementsEqual(issuer.utf8) else { return true }
        }
        guard suffixed.session != nil || suffixed.changed != nil else { return false }
        let areBothSignedIn = !plain.isSignedOut && !suffixed.isSignedOut
        if areBothSignedIn, plain.issuedAt > suffixed.issuedAt { return false }
        if suffixed.isSignedOut, !plain.isSignedOut { return false }
        return suffixed.changed != nil
    }
}
