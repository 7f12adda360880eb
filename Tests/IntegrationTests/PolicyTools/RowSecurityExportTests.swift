import JSON
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper
@testable import PolicyExchange

/// The SQL of `export --to rls` on a real PostgreSQL, beside the evaluator.
@Suite(.timeLimit(.minutes(3))) struct RowSecurityExportTests {
    private static let users = 216
    private static let templates = ["enforce-all", "new-users-only", "opted-in-only"]

    @Test("the database lets through whom the evaluator allows", arguments: 0..<4)
    func generatedSets(part: Int) async throws {
        var random = SeededNumbers(seed: UInt64(part) &+ 71)
        let arena = try await RowSecurityArena(users: Self.users)
        for _ in 0..<3 {
            let text = random.policies()
            let cases = (0..<100).map { _ in random.claims(users: Self.users) }
            try await arena.compare(text, cases)
        }
    }

    @Test("the three starting points decide like the evaluator", arguments: templates)
    func startingPoints(name: String) async throws {
        var random = SeededNumbers(seed: 7)
        let arena = try await RowSecurityArena(users: Self.users)
        let text = try Project.text(of: "policies/\(name).policy")
        try await arena.compare(text, (0..<300).map { _ in random.claims(users: Self.users) })
    }

    @Test("what was exported before goes when the next export comes")
    func replacement() async throws {
        let arena = try await RowSecurityArena(users: 12)
        try await arena.compare("gatekeeper 1\nadmit users\npolicy a { for users deny }", [])
        try await arena.compare("gatekeeper 1\nadmit users to reads", [])
        try await arena.compare("gatekeeper 1\nadmit users", [])
        let names = try await arena.database.run(
            "select policyname from pg_policies where policyname like 'gatekeeper%'"
        )
        #expect(names == "gatekeeper admission\n")
    }

    @Test("no text of a policy becomes SQL")
    func injection() async throws {
        let arena = try await RowSecurityArena(users: 12)
        let text = """
            gatekeeper 1
            admit users
            policy odd "it's \\ $$ -- ; drop table public.notes" {
                for users with role "'; drop table public.notes; --", "$gatekeeper$; drop table"
                    with claim "a'b"."c\\d" "x' or true or 'x"
                require aal2
                because "it's $gatekeeper$ \\ */ --"
            }
            """
        let claims = #"{"role":"'; drop table public.notes; --","a'b":{"c\\d":"x' or true or 'x"}}"#
        try await arena.compare(text, [claims, #"{"role":"x"}"#])
    }
}

/// A project's database with one table, and the evaluator's view of its users.
struct RowSecurityArena {
    let database: PostgresDatabase
    private let answers: [String: DirectoryAnswer]

    static let now = Instant(microseconds: 1_790_000_000_123_456)
    private static let methods = ["GET", "POST", "PATCH", "DELETE"]

    init(users: Int) async throws {
        self.database = try await PostgresServer.shared.makeDatabase(users: users)
        try await self.database.run(Self.tables)
        let rows = try await self.database.run(Self.facts)
        let pairs = try rows.split(separator: "\n").map { try Self.answer(String($0)) }
        self.answers = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Exports the set, asks both about every case, and expects one answer.
    func compare(_ text: String, _ cases: [String]) async throws {
        let reading = PolicyReading([PolicySource(name: "set.policy", text: text)])
        let set = try #require(reading.policySet, "\(text)\n\(reading.diagnostics)")
        let sql = try RowSecurity(
            reading,
            set,
            tables: [RowSecurity.Table(name: "notes")],
            methods: ProviderProfile.supabase.wireMethods
        ).text
        try await self.database.run(sql + Self.fixedMoment)
        for start in stride(from: 0, to: cases.count, by: 50) {
            try await self.ask(text, set, Array(cases[start..<min(start + 50, cases.count)]))
        }
    }

    private func ask(_ text: String, _ set: PolicySet, _ cases: [String]) async throws {
        let values = cases.map { "(\(SQLText.string($0)))" }.joined(separator: ", ")
        let printed = try await self.database.run(
            """
            truncate public.cases restart identity;
            insert into public.cases (claims) values \(values);
            set role authenticated;
            select public.decide(claims) from public.cases order by number;
            """
        )
        let answers = printed.split(separator: "\n").map(String.init)
        try #require(answers.count == cases.count)
        for (claims, answer) in zip(cases, answers) {
            let expected = self.decide(set, claims)
            #expect(answer == expected, "\(claims)\n\(text)")
        }
    }

    /// One letter per command: `y` where it is allowed.
    private func decide(_ set: PolicySet, _ claims: String) -> String {
        Self.methods.map { method in
            let request = AccessRequest(
                method: method,
                path: "/rest/v1/notes",
                host: .known("project.example")
            )
            let directory = self.directory(claims)
            guard let principal = Self.principal(claims, set.claimPaths) else { return "n" }
            let decision = set.decide(request, principal, directory: directory, now: Self.now)
            return decision.outcome == .allow ? "y" : "n"
        }.joined()
    }

    private func directory(_ claims: String) -> DirectoryAnswer {
        let subject = (try? JSONValue(parsing: claims))?["sub"]?.stringValue ?? ""
        return self.answers[subject] ?? .refused(.userNotFound)
    }

    /// The caller as the sidecar reads it; nil where it refuses the token.
    private static func principal(_ claims: String, _ paths: [ClaimPath]) -> Principal? {
        guard !claims.isEmpty else { return .visitor }
        guard let set = try? ClaimsSet(unverified: Array(claims.utf8)) else { return nil }
        return try? Caller(claims: set, profile: .supabase, paths: paths, now: self.now).principal
    }

    private static func answer(_ row: String) throws -> (String, DirectoryAnswer) {
        let fields = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        try #require(fields.count == 6)
        guard fields[1] != "t" else { return (fields[0], .refused(.userBanned)) }
        let counts = fields[3...].compactMap { Int($0) }
        let facts = UserFacts(
            created: .known(Int64(fields[2]).map(Instant.init(microseconds:))),
            factors: .known(FactorCounts(totp: counts[0], phone: counts[1], webauthn: counts[2]))
        )
        return (fields[0], .known(facts))
    }
}

extension RowSecurityArena {
    private static let moment = "timestamptz 'epoch' + interval '\(now.microseconds) microseconds'"

    private static let fixedMoment = """
        create or replace function gatekeeper.moment() returns timestamptz
        language sql stable set search_path = '' as $$ select \(moment) $$;
        """

    // Every eleventh user is banned, half of those no longer.
    private static let tables = """
        update auth.users set banned_until = \(moment)
            + case when n % 2 = 0 then interval '1 microsecond' else interval '0' end
        from generate_series(1, 1000, 11) as n
        where id = ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
        create table public.notes (body text);
        insert into public.notes values ('one');
        grant all on public.notes to authenticated;
        create policy "all of it" on public.notes using (true);
        create table public.cases (number serial, claims text);
        grant select on public.cases to authenticated;
        create function public.tries(statement text) returns text language plpgsql as $$
        declare touched bigint;
        begin
            execute statement;
            get diagnostics touched = row_count;
            raise exception using errcode = 'UNDO1', message = touched;
        exception
            when sqlstate 'UNDO1' then return case sqlerrm when '0' then 'n' else 'y' end;
            when insufficient_privilege then return 'n';
        end $$;
        create function public.decide(claims text) returns text language plpgsql as $$
        begin
            perform set_config('request.jwt.claims', claims, false);
            return public.tries('select * from public.notes')
                || public.tries('insert into public.notes values (''two'')')
                || public.tries('update public.notes set body = ''three''')
                || public.tries('delete from public.notes');
        end $$;
        """

    private static let facts = """
        select users.id, coalesce(banned_until > \(moment), false),
            case when isfinite(users.created_at)
                then (extract(epoch from users.created_at) * 1000000)::bigint end,
            count(*) filter (where factor_type = 'totp'),
            count(*) filter (where factor_type = 'phone'),
            count(*) filter (where factor_type = 'webauthn')
        from auth.users as users left join auth.mfa_factors as factors
            on factors.user_id = users.id and factors.status = 'verified'
        group by users.id order by users.id
        """
}
