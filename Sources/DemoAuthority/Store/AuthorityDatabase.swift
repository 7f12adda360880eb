internal import GRDB

/// The tables, named and shaped like those of Supabase's schema `auth` where they have the same
/// purpose.
enum AuthorityDatabase {
    /// Opens a database file, or a new one in memory.
    static func open(file: String?) throws -> DatabaseQueue {
        let queue = try file.map { try DatabaseQueue(path: $0) } ?? DatabaseQueue()
        try Self.migrator.migrate(queue)
        return queue
    }

    private static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("users and sessions") { database in
            try database.execute(sql: Self.people)
            try database.execute(sql: Self.sessions)
            try database.execute(sql: Self.factors)
            try database.execute(sql: Self.demonstration)
        }
        return migrator
    }()

    private static let people = """
        CREATE TABLE users (
            id TEXT PRIMARY KEY, aud TEXT NOT NULL, role TEXT NOT NULL,
            email TEXT UNIQUE, phone TEXT UNIQUE, encrypted_password TEXT,
            email_confirmed_at INTEGER, phone_confirmed_at INTEGER, last_sign_in_at INTEGER,
            raw_app_meta_data TEXT NOT NULL, raw_user_meta_data TEXT NOT NULL,
            banned_until INTEGER, is_anonymous INTEGER NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
        );
        CREATE TABLE identities (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
            provider TEXT NOT NULL, last_sign_in_at INTEGER,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            UNIQUE (user_id, provider)
        );
        """

    private static let sessions = """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
            factor_id TEXT, user_agent TEXT, ip TEXT,
            created_at INTEGER NOT NULL, refreshed_at INTEGER
        );
        CREATE TABLE mfa_amr_claims (
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            authentication_method TEXT NOT NULL,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            PRIMARY KEY (session_id, authentication_method)
        );
        CREATE TABLE refresh_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE,
            session_id TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
            parent TEXT, revoked INTEGER NOT NULL, reusable_until INTEGER
        );
        """

    private static let factors = """
        CREATE TABLE mfa_factors (
            id TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
            friendly_name TEXT NOT NULL, factor_type TEXT NOT NULL, status TEXT NOT NULL,
            secret TEXT, phone TEXT, last_challenged_at INTEGER,
            created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
        );
        CREATE TABLE mfa_challenges (
            id TEXT PRIMARY KEY, factor_id TEXT NOT NULL REFERENCES mfa_factors ON DELETE CASCADE,
            created_at INTEGER NOT NULL, verified_at INTEGER, ip_address TEXT NOT NULL,
            otp_code TEXT
        );
        """

    // No table of Supabase's: there, messages leave the house and keys are configuration.
    private static let demonstration = """
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT, phone TEXT NOT NULL, channel TEXT NOT NULL,
            body TEXT NOT NULL, code TEXT NOT NULL, sent_at INTEGER NOT NULL
        );
        CREATE TABLE signing_keys (
            kid TEXT PRIMARY KEY, state TEXT NOT NULL, jwk TEXT NOT NULL
        );
        """
}
