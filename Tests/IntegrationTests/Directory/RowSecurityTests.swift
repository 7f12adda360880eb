import Logging
import NIOCore
import NIOPosix
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper

/// The three policies that everything starts from, beside the row-security templates of Supabase's
/// guide, run by PostgreSQL on the same users.
///
/// They differ in four ways, all of them on purpose: a missing `aal` is aal1; a NULL `created_at`
/// counts as new; who is not in the directory is refused where it is consulted; and a no says what
/// to do about it.
@Suite(.timeLimit(.minutes(3))) struct RowSecurityTests {
    private static let users = 3_000
    /// The last ones are not in the database.
    private static let subjects = 3_012

    private static let names = ["enforce-all", "new-users-only", "opted-in-only"]
    private static let levels = ["aal1", "aal2", nil]

    private struct Case: Hashable {
        let user: Int
        let level: String?
    }

    /// What the templates say, by session: whether each shows its row.
    private static func templates(
        in database: PostgresDatabase
    ) async throws -> [Case: [Bool]] {
        try await database.run(file: "Tests/Postgres/row-security-templates.sql")
        let rows = try await database.run(
            """
            select n, aal, judge(json_strip_nulls(json_build_object(
                'sub', '00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'),
                'role', 'authenticated', 'aal', aal)))
            from generate_series(1, \(self.subjects)) as n,
                 unnest(array['aal1', 'aal2', null]) as aal
            """
        )
        var verdicts: [Case: [Bool]] = [:]
        for row in rows.split(separator: "\n") {
            let fields = row.split(separator: "|", omittingEmptySubsequences: false)
            let user = try #require(Int(fields[0]))
            let level = fields[1].isEmpty ? nil : String(fields[1])
            verdicts[Case(user: user, level: level)] = fields[2].map { $0 == "1" }
        }
        return verdicts
    }

    /// What the directory answers about every user.
    private static func answers(from database: PostgresDatabase) async throws -> [DirectoryAnswer] {
        let settings = PostgresPool.Settings(
            address: try PostgresAddress(database.url()),
            schema: "auth",
            timeout: .seconds(30)
        )
        let pool = PostgresPool(settings, logger: Logger(label: "test"))
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let asked = try (1...self.subjects).map { user in
            let question = DirectoryQuestion(
                issuer: 0,
                subject: PostgresUser.id(user),
                session: user <= self.users ? PostgresUser.session(user) : nil,
                token: [],
                claims: try ClaimsSet(unverified: Array("{}".utf8)),
                changedAt: nil
            )
            return pool.ask(question, on: loop)
        }
        let outcomes = try await EventLoopFuture.whenAllSucceed(asked, on: loop).get()
        pool.stop()
        return try outcomes.map { outcome in
            guard case .answered(let answer) = outcome else {
                throw PostgresRefused(description: "\(outcome)")
            }
            return answer
        }
    }

    private static func policies(_ name: String) throws -> PolicySet {
        let text = try Project.text(of: "policies/\(name).policy")
        let reading = PolicyReading([PolicySource(name: name, text: text)])
        return try #require(reading.policySet)
    }

    /// What the shipped policies say: the outcome of each.
    private struct Judge {
        let sets: [PolicySet]
        let now = Instant.now

        init() throws {
            self.sets = try RowSecurityTests.names.map(RowSecurityTests.policies)
        }

        func outcomes(_ level: String?, _ answer: DirectoryAnswer) throws -> [Outcome] {
            let aal = level.map { #","aal":"\#($0)""# } ?? ""
            let text = #"{"sub":"someone","role":"authenticated"\#(aal)}"#
            let caller = try Caller(
                claims: try ClaimsSet(unverified: Array(text.utf8)),
                profile: .supabase,
                paths: [],
                now: self.now
            )
            return self.sets.map { set in
                let route = set.route(AccessRequest(method: "GET", path: "/items", host: .unknown))
                let prepared = set.prepare(caller.principal)
                let needs = set.consultedFacts(route, prepared, now: self.now)
                return set.decide(
                    route,
                    prepared,
                    directory: needs.isEmpty ? .unknown : answer,
                    now: self.now
                ).outcome
            }
        }
    }

    @Test("on every user and level they agree, apart from four differences, each of them there")
    func agreement() async throws {
        let database = try await PostgresServer.shared.makeDatabase(users: Self.users)
        let answers = try await Self.answers(from: database)
        let templates = try await Self.templates(in: database)
        #expect(templates.count == Self.subjects * 3)
        let judge = try Judge()
        var seen: [String: Int] = [:]
        for user in 1...Self.subjects {
            for level in Self.levels {
                let outcomes = try judge.outcomes(level, answers[user - 1])
                let verdicts = try #require(templates[Case(user: user, level: level)])
                // The guide's prose: a token without the claim is aal1.
                let asAAL1 = try #require(templates[Case(user: user, level: level ?? "aal1")])
                for index in Self.names.indices {
                    let difference = Self.difference(
                        policy: index,
                        user: user,
                        level: level,
                        answers[user - 1]
                    )
                    let isAllowed = outcomes[index] == .allow
                    switch difference {
                    case nil:
                        #expect(
                            isAllowed == asAAL1[index],
                            "\(Self.names[index]) \(user) \(level ?? "-")"
                        )
                    case "new", "unknown user": #expect(!isAllowed)
                    default: Issue.record("no such difference")
                    }
                    if isAllowed != verdicts[index] {
                        seen[difference ?? "missing level", default: 0] += 1
                    }
                    if outcomes[index] == .stepUp || outcomes[index] == .enroll {
                        seen["remedy", default: 0] += 1
                    }
                }
            }
        }
        #expect(Set(seen.keys) == ["new", "unknown user", "missing level", "remedy"])
    }

    /// Where ours is the stricter one.
    private static func difference(
        policy: Int,
        user: Int,
        level: String?,
        _ answer: DirectoryAnswer
    ) -> String? {
        // `enforce-all` consults the directory for the remedy of aal1 only, which is a no anyway.
        if answer == .refused(.userNotFound) { return policy == 0 ? nil : "unknown user" }
        guard names[policy] == "new-users-only", level != "aal2" else { return nil }
        guard case .known(let facts) = answer else { return nil }
        return facts.created == .known(nil) ? "new" : nil
    }
}
