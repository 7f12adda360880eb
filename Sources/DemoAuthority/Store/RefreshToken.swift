internal import GRDB
internal import PolicyDSL

/// A row of `refresh_tokens`.
struct RefreshToken: AuthorityRecord, Equatable {
    static let databaseTableName = "refresh_tokens"

    var id: Int64?
    let token: String
    let sessionId: String
    /// The token that this one replaced.
    var parent: String?
    var revoked = false
    /// Until when a replaced token is still honoured, for clients that refresh twice at once.
    var reusableUntil: Instant?

    /// What is done with a token that a client presents, given the one in force in its session.
    func decision(active: RefreshToken?, at now: Instant) -> RefreshDecision {
        guard self.revoked else { return .replace }
        // Its successor was never used: the answer that carried it may have been lost.
        if let active, active.parent == self.token { return .repeatAnswer(active) }
        if let limit = self.reusableUntil, now <= limit { return .replace }
        return .revokeFamily
    }
}

/// What is done with a refresh token.
enum RefreshDecision: Equatable {
    case replace
    case repeatAnswer(RefreshToken)
    /// Somebody uses a token that was replaced long ago: one of the two has stolen it.
    case revokeFamily
}

extension RefreshToken {
    static func find(_ token: String, in database: Database) throws -> RefreshToken? {
        try RefreshToken.filter(Column("token") == token).fetchOne(database)
    }

    /// The token in force in a session.
    static func active(of session: String, in database: Database) throws -> RefreshToken? {
        try RefreshToken.filter(Column("session_id") == session && Column("revoked") == false)
            .order(Column("id").desc).fetchOne(database)
    }

    /// Revokes every token of a session, at once and without grace.
    static func revokeAll(of session: String, in database: Database) throws {
        _ = try RefreshToken.filter(Column("session_id") == session).updateAll(
            database,
            Column("revoked").set(to: true),
            Column("reusable_until").set(to: nil)
        )
    }

    /// Makes the first token of a session, or the successor of `parent`.
    static func issue(
        for session: String,
        parent: String? = nil,
        in database: Database
    ) throws -> RefreshToken {
        let token = RefreshToken(
            token: try RandomText.refreshToken(),
            sessionId: session,
            parent: parent
        )
        try token.insert(database)
        return token
    }
}
