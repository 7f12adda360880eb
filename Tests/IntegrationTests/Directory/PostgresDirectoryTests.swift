import Foundation
import JSON
import Testing

/// Facts about users, asked of a real PostgreSQL.
@Suite(.timeLimit(.minutes(2))) struct PostgresDirectoryTests {
    /// Users of the sample by the factors they have; see `Tests/Postgres/sample-users.sql`.
    static let noFactor = 1
    static let unverified = 12
    static let totp = 24

    private static func run(
        users: Int = 200,
        prepare statements: String = "",
        schema: String = "auth",
        timeout: String = "5s",
        _ body: (Gate, PostgresDatabase) async throws -> Void
    ) async throws {
        let database = try await PostgresServer.shared.makeDatabase(users: users)
        if !statements.isEmpty { try await database.run(statements) }
        let setup = try GateSetup.postgres(database.url(), schema: schema, timeout: timeout)
        try await Gate.run(setup) { gate in try await body(gate, database) }
    }

    @Test("the database's facts decide")
    func facts() async throws {
        try await Self.run { gate, _ in
            for (user, status) in [(Self.noFactor, 200), (Self.unverified, 200), (Self.totp, 302)] {
                let token = try gate.issuer.token(of: user)
                #expect(try await gate.get("/items", as: token).status == status)
            }
            let complete = try gate.issuer.token(of: Self.totp, assurance: "aal2")
            #expect(try await gate.get("/items", as: complete).status == 200)
        }
    }

    @Test("it is asked once for each user and session, and only where a policy needs the facts")
    func asked() async throws {
        try await Self.run { gate, _ in
            let token = try gate.issuer.token(of: Self.totp)
            #expect(try await gate.get("/elsewhere", as: token).status == 200)
            #expect(try await gate.calls() == 0)
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await gate.get("/items", as: token).status }
                }
                for try await status in group { #expect(status == 302) }
            }
            #expect(try await gate.calls() == 1)
        }
    }

    @Test(
        "who is banned, gone or signed out is refused, and told why",
        arguments: [
            ("update auth.users set banned_until = 'infinity'", "user-banned"),
            ("update auth.users set banned_until = now() + interval '1 hour'", "user-banned"),
            ("update auth.users set deleted_at = now()", "user-not-found"),
            ("delete from auth.users", "user-not-found"),
            ("delete from auth.sessions", "session-revoked"),
            ("update auth.sessions set not_after = now()", "session-revoked"),
        ]
    )
    func refused(statement: String, reason: String) async throws {
        try await Self.run(users: 30, prepare: statement) { gate, _ in
            let answer = try await gate.get("/items", as: try gate.issuer.token(of: Self.totp))
            #expect(answer.status == 401)
            #expect(answer.reason == reason)
        }
    }

    @Test("a ban that is over and a session that still runs change nothing")
    func alive() async throws {
        let statements = """
            update auth.users set banned_until = now();
            update auth.sessions set not_after = now() + interval '1 hour';
            """
        try await Self.run(users: 30, prepare: statements) { gate, _ in
            let token = try gate.issuer.token(of: Self.noFactor)
            #expect(try await gate.get("/items", as: token).status == 200)
        }
    }

    @Test("somebody else's session is none, and a name that is no identifier is nobody's")
    func strangers() async throws {
        try await Self.run { gate, _ in
            let borrowed = try gate.issuer.token(
                of: Self.noFactor,
                session: PostgresUser.session(Self.totp)
            )
            #expect(try await gate.get("/items", as: borrowed).reason == "session-revoked")
            let odd = try gate.issuer.token("olga")
            #expect(try await gate.get("/items", as: odd).reason == "user-not-found")
            let upper = try gate.issuer.token(
                PostgresUser.id(174).uppercased(),
                extra: ["session_id": .string(PostgresUser.session(174))]
            )
            #expect(try await gate.get("/items", as: upper).reason == "user-not-found")
        }
    }

    @Test("a connection that the server closed is made anew, and nobody notices")
    func reconnect() async throws {
        try await Self.run { gate, database in
            for user in 1...3 {
                let token = try gate.issuer.token(of: user)
                #expect(try await gate.get("/items", as: token).status == 200)
                try await database.run(
                    """
                    select pg_terminate_backend(pid) from pg_stat_activity
                     where application_name = 'gatekeeper' and datname = current_database();
                    """
                )
            }
            #expect(try await gate.calls("failed") == 0)
        }
    }

    @Test("a question that takes too long is given up, and cancelled on the server")
    func slow() async throws {
        let slow = """
            create schema slow;
            create view slow.users as select u.* from auth.users u, pg_sleep(60);
            create view slow.mfa_factors as select * from auth.mfa_factors;
            create view slow.sessions as select * from auth.sessions;
            """
        try await Self.run(prepare: slow, schema: "slow", timeout: "300ms") { gate, database in
            let token = try gate.issuer.token(of: Self.totp)
            let answer = try await gate.get("/items", as: token)
            #expect(answer.status == 503)
            #expect(answer.reason == "directory-unavailable")
            try await eventually("the server stops") {
                try await database.run(
                    """
                    select count(*) from pg_stat_activity where state = 'active'
                       and datname = current_database() and application_name = 'gatekeeper';
                    """
                ) == "0\n"
            }
        }
    }

    @Test("nothing is ever written, even where a view would")
    func readOnly() async throws {
        let writing = """
            create schema writing;
            create table writing.log (at timestamptz);
            create function writing.note() returns bool language sql volatile
                as $$ insert into writing.log values (now()) returning true $$;
            create view writing.users as select u.* from auth.users u, writing.note();
            create view writing.mfa_factors as select * from auth.mfa_factors;
            create view writing.sessions as select * from auth.sessions;
            """
        try await Self.run(prepare: writing, schema: "writing") { gate, database in
            let answer = try await gate.get("/items", as: try gate.issuer.token(of: Self.totp))
            #expect(answer.reason == "directory-unavailable")
            #expect(try await database.run("select count(*) from writing.log") == "0\n")
        }
    }
}

/// Changes that the database tells of, with facts that would otherwise be good for an hour.
@Suite(.timeLimit(.minutes(2))) struct PostgresNotificationTests {
    private static let notify = "postgres/gatekeeper-notify.sql"

    private static func run(
        _ body: (Gate, PostgresDatabase) async throws -> Void
    ) async throws {
        let database = try await PostgresServer.shared.makeDatabase(users: 120)
        try await database.run(file: Self.notify)
        try await Gate.run(try .postgres(database.url())) { gate in
            try await gate.listens()
            try await body(gate, database)
        }
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let statement: String
        var before = 200
        let after: Int
        var testDescription: String { self.statement }

        init(_ statement: String, before: Int = 200, after: Int) {
            self.statement = statement
            self.before = before
            self.after = after
        }
    }

    private static func changes(of user: Int) -> [Row] {
        let id = "'\(PostgresUser.id(user))'"
        return [
            Row(
                """
                insert into auth.mfa_factors
                    (id, user_id, factor_type, status, created_at, updated_at)
                values (gen_random_uuid(), \(id), 'totp', 'verified', now(), now())
                """,
                after: 302
            ),
            Row(
                "update auth.mfa_factors set status = 'unverified' where user_id = \(id)",
                before: 302,
                after: 200
            ),
            Row(
                "update auth.mfa_factors set status = 'verified' where user_id = \(id)",
                after: 302
            ),
            Row("delete from auth.mfa_factors where user_id = \(id)", before: 302, after: 200),
            Row("update auth.users set banned_until = 'infinity' where id = \(id)", after: 401),
            Row(
                "update auth.users set banned_until = null where id = \(id)",
                before: 401,
                after: 200
            ),
            Row("update auth.users set deleted_at = now() where id = \(id)", after: 401),
            Row(
                "update auth.users set deleted_at = null where id = \(id)",
                before: 401,
                after: 200
            ),
            Row(
                "update auth.sessions set not_after = now() where user_id = \(id)",
                after: 401
            ),
            Row(
                "update auth.sessions set not_after = null where user_id = \(id)",
                before: 401,
                after: 200
            ),
            Row("delete from auth.sessions where user_id = \(id)", after: 401),
            Row("truncate auth.users cascade", before: 401, after: 401),
        ]
    }

    @Test("every change of a fact counts at once")
    func changes() async throws {
        try await Self.run { gate, database in
            let user = PostgresDirectoryTests.noFactor
            let token = try gate.issuer.token(of: user)
            for row in Self.changes(of: user) {
                #expect(try await gate.get("/items", as: token).status == row.before, "\(row)")
                try await database.run(row.statement)
                try await eventually("\(row.after) after: \(row.statement)") {
                    try await gate.get("/items", as: token).status == row.after
                }
            }
        }
    }

    @Test("what is no fact tells nobody, and other users' facts stay")
    func quiet() async throws {
        try await Self.run { gate, database in
            let first = try gate.issuer.token(of: 1)
            let second = try gate.issuer.token(of: 2)
            for token in [first, second] { _ = try await gate.get("/items", as: token) }
            try await database.run(
                """
                update auth.users set last_sign_in_at = now(), updated_at = now();
                update auth.sessions set refreshed_at = now();
                update auth.mfa_factors set last_challenged_at = now()
                    where id = (select id from auth.mfa_factors limit 1);
                update auth.users set banned_until = 'infinity'
                    where id = '\(PostgresUser.id(2))';
                """
            )
            try await eventually("the ban counts") {
                try await gate.get("/items", as: second).status == 401
            }
            #expect(try await gate.metric("gatekeeper_directory_changes_total") == 1)
            #expect(try await gate.get("/items", as: first).status == 200)
            #expect(try await gate.calls() == 2)
        }
    }

    @Test("the script can be run again and again")
    func idempotent() async throws {
        try await Self.run { gate, database in
            try await database.run(file: Self.notify)
            try await database.run(file: Self.notify)
            let triggers = try await database.run(
                "select count(*) from pg_trigger where tgname like 'gatekeeper%'"
            )
            #expect(triggers == "9\n")
        }
    }

    @Test("changes that were missed while the connection was gone are not")
    func missed() async throws {
        try await Self.run { gate, database in
            let token = try gate.issuer.token(of: 1)
            #expect(try await gate.get("/items", as: token).status == 200)
            // Without the triggers nobody says so: only the lost connection does.
            try await database.run(
                """
                alter table auth.users disable trigger user;
                update auth.users set banned_until = 'infinity';
                select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and query = 'listen gatekeeper';
                """
            )
            try await eventually("the ban counts") {
                try await gate.get("/items", as: token).status == 401
            }
            try await gate.listens()
        }
    }
}
