internal import GRDB
internal import PolicyDSL

/// A row of `users`.
struct User: AuthorityRecord, Equatable {
    static let databaseTableName = "users"

    let id: String
    var aud = "authenticated"
    var role = "authenticated"
    var email: String?
    /// Digits without the leading `+`.
    var phone: String?
    var encryptedPassword: String?
    var emailConfirmedAt: Instant?
    var phoneConfirmedAt: Instant?
    var lastSignInAt: Instant?
    var rawAppMetaData = Metadata()
    var rawUserMetaData = Metadata()
    var bannedUntil: Instant?
    var isAnonymous = false
    var createdAt: Instant
    var updatedAt: Instant

    func isBanned(at now: Instant) -> Bool {
        self.bannedUntil.map { now < $0 } ?? false
    }

    func hasPassword(_ password: String) -> Bool {
        self.encryptedPassword.map { PasswordDigest(text: $0).matches(password) } ?? false
    }
}

extension User {
    static func find(email: String, in database: Database) throws -> User? {
        try User.filter(Column("email") == email).fetchOne(database)
    }

    static func find(phone: String, in database: Database) throws -> User? {
        try User.filter(Column("phone") == phone).fetchOne(database)
    }

    func factors(in database: Database) throws -> [Factor] {
        try Factor.filter(Column("user_id") == self.id)
            .order(Column("created_at"), Column("id")).fetchAll(database)
    }

    func identities(in database: Database) throws -> [Identity] {
        try Identity.filter(Column("user_id") == self.id).order(Column("created_at"))
            .fetchAll(database)
    }
}

/// A row of `identities`: one way in which a user is known.
struct Identity: AuthorityRecord, Equatable {
    static let databaseTableName = "identities"

    let id: String
    let userId: String
    let provider: String
    var lastSignInAt: Instant?
    let createdAt: Instant
    var updatedAt: Instant
}
