import Testing

/// The PostgreSQL that other tests rely on.
@Suite(.timeLimit(.minutes(1))) struct PostgresServerTests {
    @Test("a database has Supabase's tables and the users that were asked for")
    func users() async throws {
        let database = try await PostgresServer.shared.makeDatabase(users: 120)
        let counts = try await database.run(
            """
            select count(*), count(created_at) from auth.users;
            select count(*) from auth.sessions where user_id = '\(PostgresUser.id(120))'
                and id = '\(PostgresUser.session(120))';
            select count(distinct factor_type) from auth.mfa_factors where status = 'verified';
            """
        )
        #expect(counts == "120|110\n1\n3\n")
    }

    @Test("row security reads the claims of a request")
    func claims() async throws {
        let database = try await PostgresServer.shared.makeDatabase()
        let answer = try await database.run(
            """
            begin;
            set local role authenticated;
            select set_config('request.jwt.claims', '{"sub":"\(PostgresUser.id(1))"}', true) <> '';
            select auth.uid();
            commit;
            """
        )
        #expect(answer == "t\n\(PostgresUser.id(1))\n")
        await #expect(throws: PostgresRefused.self) {
            try await database.run("set role authenticated; select * from auth.users")
        }
    }
}
