import Testing

/// How PostgreSQL is reached, and what the role it is reached as may see.
@Suite(.timeLimit(.minutes(2))) struct PostgresAccessTests {
    private static let role = "postgres/gatekeeper-role.sql"

    /// A database that `curious` may read as far as row security lets it.
    private static func database(prepare statements: String = "") async throws -> PostgresDatabase {
        let database = try await PostgresServer.shared.makeDatabase(users: 30)
        try await database.run(
            """
            grant usage on schema auth to curious;
            grant select on all tables in schema auth to curious;
            \(statements)
            """
        )
        return database
    }

    private static func answer(
        of url: String,
        schema: String = "auth"
    ) async throws -> (status: Int, reason: String?) {
        let setup = try GateSetup.postgres(url, schema: schema, timeout: "2s")
        var answer: HTTPAnswer?
        try await Gate.run(setup) { gate in
            answer = try await gate.get("/items", as: try gate.issuer.token(of: 24))
            let token = try gate.issuer.token(of: 24)
            #expect(try await gate.get("/elsewhere", as: token).status == 200)
        }
        return (answer?.status ?? 0, answer?.reason)
    }

    private static func remote(
        _ database: PostgresDatabase,
        host: String = "localhost",
        password: String = "secret",
        root: String = "server.crt"
    ) -> String {
        let server = database.server
        return "postgres://remote:\(password)@\(host):5432/\(database.name)"
            + "?hostaddr=\(server.address)&sslmode=verify-full&sslrootcert=\(server.folder)/\(root)"
    }

    @Test("over TLS, who proves the name it is called by is asked, and nobody else")
    func encrypted() async throws {
        let database = try await Self.database()
        #expect(try await Self.answer(of: Self.remote(database)).status == 302)
        let others = [
            Self.remote(database, host: "db.example"),
            Self.remote(database, root: "another.crt"),
            Self.remote(database, password: "wrong"),
        ]
        for url in others {
            let answer = try await Self.answer(of: url)
            #expect(answer.status == 503, "\(url)")
            #expect(answer.reason == "directory-unavailable")
        }
    }

    @Test(
        "a database that refuses is a source that failed, never a user who is not there",
        arguments: [
            ("crowded", "auth", ""), ("postgres", "elsewhere", ""), ("nobody", "auth", ""),
            // Row security would hide everybody from a role that does not bypass it.
            ("curious", "auth", ""),
            ("curious", "auth", "revoke all on auth.mfa_factors from curious"),
            ("postgres", "auth", "alter table auth.users drop column banned_until"),
        ]
    )
    func refusals(role: String, schema: String, statements: String) async throws {
        let database = try await Self.database(prepare: statements)
        let answer = try await Self.answer(of: database.url(as: role), schema: schema)
        #expect(answer.status == 503)
        #expect(answer.reason == "directory-unavailable")
    }

    @Test("the role of the script sees the facts, and nothing else")
    func leastPrivilege() async throws {
        let database = try await PostgresServer.shared.makeDatabase(users: 30)
        try await database.run(file: Self.role)
        try await database.run(file: Self.role)
        let url = database.url(as: "gatekeeper")
        #expect(try await Self.answer(of: url, schema: "gatekeeper").status == 302)
        let columns = try await database.run(
            """
            select string_agg(table_name || '.' || column_name, ' ' order by 1)
              from information_schema.columns where table_schema in ('gatekeeper', 'auth', 'public')
            """,
            as: "gatekeeper"
        )
        let seen = Set(columns.split { $0 == " " || $0 == "\n" })
        #expect(
            seen == [
                "users.id", "users.created_at", "users.banned_until", "users.deleted_at",
                "mfa_factors.user_id", "mfa_factors.factor_type", "mfa_factors.status",
                "sessions.id", "sessions.user_id", "sessions.not_after",
            ]
        )
        for statement in [
            "select email from auth.users", "select secret from auth.mfa_factors",
            "update gatekeeper.users set banned_until = null",
            "delete from gatekeeper.mfa_factors",
        ] {
            await #expect(throws: PostgresRefused.self) {
                try await database.run(statement, as: "gatekeeper")
            }
        }
    }

    @Test("the printed configuration hides the URL")
    func printed() async throws {
        let folder = try TemporaryFolder()
        let setup = try GateSetup.postgres("postgres://g:hunter2@127.0.0.1/postgres")
        let path = try setup.write(to: folder, port: 1)
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["config", "print", "--config", path],
            in: folder.path
        )
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("source: postgres"))
        #expect(!result.output.contains("hunter2"))
    }
}

/// Facts about users in an SQLite database.
@Suite(.timeLimit(.minutes(1))) struct SQLiteSourceTests {
    private static let schema = "docs/directory.md"

    private static func run(
        database text: String?,
        _ body: (Gate, String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("users.sqlite")
        if let text {
            try SQLiteSample.write(text, to: path)
        }
        var setup = try GateSetup(
            settings: "directory: {source: sqlite, path: \"\(path)\", ttl: 1h, max_stale: 2h}"
        )
        setup.policy = GateSetup.itemsNeedFacts
        try await Gate.run(setup) { gate in try await body(gate, path) }
    }

    @Test("its facts decide, and what is written to it counts within a moment")
    func facts() async throws {
        let tables = try #require(FencedBlock.all(in: Self.schema, marked: "sql sqlite").first)
        try await Self.run(database: tables.text + SQLiteSample.users) { gate, path in
            let ada = try gate.issuer.token("ada")
            let olga = try gate.issuer.token("olga")
            #expect(try await gate.get("/items", as: ada).status == 302)
            #expect(try await gate.get("/items", as: olga).status == 200)
            let stranger = try gate.issuer.token("eve")
            #expect(try await gate.get("/items", as: stranger).reason == "user-not-found")
            try SQLiteSample.write(
                "insert into mfa_factors values ('olga', 'totp', 'verified')",
                to: path
            )
            try await eventually("the new factor counts") {
                try await gate.get("/items", as: olga).status == 302
            }
            try SQLiteSample.write("delete from sessions where user_id = 'ada'", to: path)
            try await eventually("the session is over") {
                try await gate.get("/items", as: ada).reason == "session-revoked"
            }
        }
    }

    @Test(
        "a database that cannot answer is a source that failed",
        arguments: [nil, "create table people (id text)"]
    )
    func failures(text: String?) async throws {
        try await Self.run(database: text) { gate, _ in
            let token = try gate.issuer.token("ada")
            #expect(try await gate.get("/items", as: token).reason == "directory-unavailable")
            #expect(try await gate.get("/elsewhere", as: token).status == 200)
        }
    }
}
