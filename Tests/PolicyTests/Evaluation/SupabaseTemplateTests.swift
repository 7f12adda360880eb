import PolicyDSL
import Testing

/// The three policies against the restrictive row-security templates of
/// Supabase's MFA guide, on every case, and the four documented differences.
@Suite struct SupabaseTemplateTests {
    /// One row of `auth.users` with its factors, and the JWT that asks.
    struct Case: Sendable {
        var level: AssuranceLevel?
        var created: Instant?
        var verifiedFactors: Int
        var unverifiedFactors: Int

        // A missing claim is NULL, and `array[...] @> array[NULL]` as well as `NULL = 'aal2'` let
        // nobody through; we call it aal1, which refuses the same people with a reason.
        var aal: String? { self.level.map { "aal\($0.rawValue)" } }
    }

    // using ((select auth.jwt()->>'aal') = 'aal2')
    private static func enforceAll(_ example: Case) -> Bool {
        example.aal == "aal2"
    }

    // using (array[aal] <@ (select case when created_at >= '2022-12-12T00:00:00Z'
    // then array['aal2'] else array['aal1', 'aal2'] end ...))
    private static func newUsersOnly(_ example: Case) -> Bool {
        guard let aal = example.aal, let created = example.created else { return false }
        let isNew = Instant(date: "2022-12-12").map { created >= $0 } ?? true
        return (isNew ? ["aal2"] : ["aal1", "aal2"]).contains(aal)
    }

    // using (array[aal] <@ (select case when count(id) > 0 then array['aal2']
    // else array['aal1', 'aal2'] end ... where status = 'verified'))
    private static func optedInOnly(_ example: Case) -> Bool {
        guard let aal = example.aal else { return false }
        return (example.verifiedFactors > 0 ? ["aal2"] : ["aal1", "aal2"]).contains(aal)
    }

    @Test("every case decides as the template does, but for the documented differences")
    func truthTable() throws {
        for example in Self.cases {
            for (name, clause, template) in Self.templates {
                let isAllowed = try Self.outcome(of: clause, for: example) == .allow
                let difference = Self.isDocumented(name, example)
                #expect(isAllowed == (difference ?? template(example)), "\(name): \(example)")
            }
        }
    }

    @Test("a missing `aal` claim is aal1")
    func missingLevel() throws {
        let example = Case(
            level: nil,
            created: Instant(date: "2020-01-01"),
            verifiedFactors: 0,
            unverifiedFactors: 0
        )
        #expect(try Self.outcome(of: Self.optedIn, for: example) == .allow)
        #expect(try Self.outcome(of: Self.all, for: example) == .enroll)
    }

    @Test("a missing `created_at` counts as new")
    func missingCreation() throws {
        let example = Case(level: .aal1, created: nil, verifiedFactors: 1, unverifiedFactors: 0)
        #expect(try Self.outcome(of: Self.new, for: example) == .stepUp)
    }

    @Test("a user the directory does not know is refused where a fact is consulted")
    func unknownUser() throws {
        for (clause, expected) in [(Self.all, Outcome.allow), (Self.new, .unauthenticated)] {
            let scene = Scene("", "admit users " + clause, "token aal2, unknown user", "")
            #expect(try scene.setting().decision.outcome == expected)
        }
    }

    @Test("`enroll` and `step-up` replace a bare no")
    func remedies() throws {
        for (factors, expected) in [(0, Outcome.enroll), (1, .stepUp)] {
            let example = Case(
                level: .aal1,
                created: nil,
                verifiedFactors: factors,
                unverifiedFactors: 2
            )
            #expect(try Self.outcome(of: Self.all, for: example) == expected)
        }
    }

    private static let all = "policy p { for users require aal2 }"
    private static let new = "policy p { for users created on or after 2022-12-12 require aal2 }"
    private static let optedIn = "policy p { for users with a verified factor require aal2 }"

    private static let templates: [(String, String, @Sendable (Case) -> Bool)] = [
        ("enforce-all", all, enforceAll),
        ("new-users-only", new, newUsersOnly),
        ("opted-in-only", optedIn, optedInOnly),
    ]

    private static var cases: [Case] {
        let levels: [AssuranceLevel?] = [nil, .aal1, .aal2]
        let times = [
            nil, Instant(date: "2020-01-01"), Instant(rfc3339: "2022-12-11T23:59:59.999999Z"),
            Instant(date: "2022-12-12"), Instant(date: "2024-01-01"),
        ]
        return levels.flatMap { level in
            times.flatMap { created in
                [0, 1, 2].flatMap { verified in
                    [0, 1].map { unverified in
                        Case(
                            level: level,
                            created: created,
                            verifiedFactors: verified,
                            unverifiedFactors: unverified
                        )
                    }
                }
            }
        }
    }

    /// What we decide where the templates decide otherwise on purpose; nil where we agree.
    private static func isDocumented(_ name: String, _ example: Case) -> Bool? {
        var lifted = example
        if name == "new-users-only", example.created == nil { return example.level == .aal2 }
        guard example.level == nil else { return nil }
        lifted.level = .aal1
        return self.templates.first { $0.0 == name }.map { $0.2(lifted) }
    }

    private static func outcome(of clause: String, for example: Case) throws -> Outcome {
        let scene = Scene("", "admit users " + clause, "token", "") { principal, directory in
            principal.assurance = example.level ?? .aal1
            directory = .known(
                UserFacts(
                    created: .known(example.created),
                    factors: .known(FactorCounts(totp: example.verifiedFactors))
                )
            )
        }
        return try scene.setting().decision.outcome
    }
}
