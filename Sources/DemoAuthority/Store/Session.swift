internal import GRDB
internal import PolicyDSL

/// A row of `sessions`.
struct Session: AuthorityRecord, Equatable {
    static let databaseTableName = "sessions"

    let id: String
    let userId: String
    /// The factor that was verified last.
    var factorId: String?
    var userAgent: String?
    var ip: String?
    let createdAt: Instant
    var refreshedAt: Instant?
}

/// A row of `mfa_amr_claims`: one method that was used in a session, and when last.
struct MethodProof: AuthorityRecord, Equatable {
    static let databaseTableName = "mfa_amr_claims"

    let sessionId: String
    let authenticationMethod: String
    let createdAt: Instant
    var updatedAt: Instant
}

/// How strongly a session was proven; nothing here yields more than two.
enum SessionLevel: String, Comparable {
    case aal1
    case aal2

    /// `aal2` once one of the methods is a second factor's.
    init(methods: some Sequence<String>) {
        let second = FactorType.allCases.map(\.method)
        self = methods.contains { second.contains($0) } ? .aal2 : .aal1
    }

    static func < (one: SessionLevel, other: SessionLevel) -> Bool {
        one == .aal1 && other == .aal2
    }
}

extension Session {
    /// The methods proven, the latest first.
    func proofs(in database: Database) throws -> [MethodProof] {
        try MethodProof.filter(Column("session_id") == self.id)
            .order(Column("updated_at").desc).fetchAll(database)
    }

    func level(in database: Database) throws -> SessionLevel {
        SessionLevel(methods: try self.proofs(in: database).map(\.authenticationMethod))
    }

    /// Notes that a method was proven now; a repeated one counts from now on.
    func prove(_ method: String, at now: Instant, in database: Database) throws {
        let known = try MethodProof.fetchOne(
            database,
            key: ["session_id": self.id, "authentication_method": method]
        )
        var proof =
            known
            ?? MethodProof(
                sessionId: self.id,
                authenticationMethod: method,
                createdAt: now,
                updatedAt: now
            )
        proof.updatedAt = now
        try proof.save(database)
    }
}
