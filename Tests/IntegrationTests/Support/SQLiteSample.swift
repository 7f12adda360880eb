import GRDB

/// What tests write into SQLite databases.
enum SQLiteSample {
    /// Two users of the tables in `docs/directory.md`, each with a session.
    static let users = """
        insert into users (id, created_at) values ('ada', '2020-02-02T09:00:00Z'),
            ('olga', '2019-05-01T09:00:00Z');
        insert into mfa_factors values ('ada', 'totp', 'verified');
        insert into sessions (id, user_id) values ('session-of-ada', 'ada'),
            ('session-of-olga', 'olga');
        """

    static func write(_ statements: String, to path: String) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: statements) }
    }
}
