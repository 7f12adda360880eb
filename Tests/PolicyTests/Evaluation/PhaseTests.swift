import PolicyDSL
import Testing

/// Time, grace, monitors and what is projected.
@Suite struct PhaseTests {
    @Test("time", arguments: time)
    func times(_ scene: Scene) throws {
        try scene.play()
    }

    @Test("`grace` turns only enroll into allow", arguments: grace)
    func softens(_ scene: Scene) throws {
        try scene.play()
    }

    @Test(
        "`projected` is the outcome without monitors, start dates and graces",
        arguments: projected
    )
    func projects(_ row: Projected) throws {
        let decision = try Scene("", row.policies, row.facts, "").setting().decision
        #expect(decision.outcome.word == row.outcome)
        #expect(decision.projected.outcome.word == row.projected)
        #expect(decision.enforced.isEmpty == (row.outcome == "allow"))
        #expect(decision.projected.entries.isEmpty == (row.projected == "allow"))
    }

    @Test("a grace that runs advises `enroll-by` its deadline")
    func advice() throws {
        let policies = """
            policy p { for users from 2026-09-25 grace 14 days after start require aal2 }
            """
        let scene = Scene("", policies, "token aal1, user no factors", "")
        let deadline = try #require(Instant(rfc3339: "2026-10-09T00:00:00Z"))
        #expect(try scene.setting().decision.advice == [.enrollBy(deadline, policy: "p")])
    }

    struct Projected: Sendable {
        let policies: String
        let facts: String
        let outcome: String
        let projected: String

        init(_ policies: String, _ facts: String, _ outcome: String, _ projected: String) {
            self.policies = policies
            self.facts = facts
            self.outcome = outcome
            self.projected = projected
        }
    }

    private static let time = [
        Scene(
            "a proof exactly N old is within N",
            "policy p { for users require totp within 5 minutes }",
            "token aal2, totp 5 minutes ago, user factors totp",
            "allow"
        ),
        Scene(
            "a proof of unknown time fails every `within`",
            "policy p { for users require totp within 5 minutes }",
            "token aal2, password 1 minute ago, totp, user factors totp",
            "step-up proof-too-old totp"
        ),
        Scene(
            "`within` on aal2 is the latest second-factor proof",
            "policy p { for users require aal2 within 5 minutes }",
            "token aal2, totp 1 hour ago, sms 1 minute ago",
            "allow"
        ),
        Scene(
            "a first factor is none",
            "policy p { for users require aal2 within 5 minutes }",
            "token aal2, password 1 minute ago, totp 1 hour ago, user factors totp",
            "step-up proof-too-old totp"
        ),
        Scene(
            "`from` counts",
            "policy p { for users from 2026-10-01T12:00:00Z deny }",
            "token",
            "deny denied"
        ),
        Scene(
            "before `from` nothing is enforced",
            "policy p { for users from 2026-10-01T12:00:01Z deny }",
            "token",
            "allow"
        ),
        Scene(
            "`until` counts",
            "policy p { for users from 2026-01-01 until 2026-10-01T12:00:00Z deny }",
            "token",
            "deny denied"
        ),
        Scene(
            "after `until` it is inert",
            "policy p { for users from 2026-01-01 until 2026-10-01T11:59:59Z deny }",
            "token",
            "allow"
        ),
        Scene(
            "a `since` in the future changes nothing",
            "policy p { for users mode monitor since 2030-01-01 deny }",
            "token",
            "allow"
        ),
        Scene(
            "a level of known time counts for aal2 within",
            "policy p { for users require aal2 within 5 minutes }",
            "token aal2",
            "allow",
            adjusting: levelNow
        ),
        Scene(
            "a level of known time counts for the bare set second-factor",
            "policy p { for users require second-factor within 5 minutes }",
            "token aal2",
            "allow",
            adjusting: levelNow
        ),
        Scene(
            "never for a named method",
            "policy p { for users require totp, sms, webauthn within 5 minutes }",
            "token aal2",
            "deny proof-unprovable",
            adjusting: levelNow
        ),
    ]

    private static let levelNow: Scene.Adjustment = { principal, _ in
        principal.knowsLevelTimes = true
        principal.secondFactorAt = Instant(rfc3339: Scene.now)
    }

    private static let grace = [
        Scene(
            "enroll",
            "policy p { for users from 2026-09-30 grace 14 days after start require aal2 }",
            "token aal1, user no factors",
            "allow"
        ),
        Scene(
            "not step-up",
            "policy p { for users from 2026-09-30 grace 14 days after start require aal2 }",
            "token aal1, user factors totp",
            "step-up aal-too-low totp"
        ),
        Scene(
            "at the deadline it has ended",
            "policy p { for users from 2026-09-30T12:00:00Z grace 1 day after start require aal2 }",
            "token aal1, user no factors",
            "enroll no-factor"
        ),
        Scene(
            "after creation",
            "policy p { for users grace 1 day after creation require aal2 }",
            "token aal1, user no factors, created 2026-10-01T00:00:00Z",
            "allow"
        ),
        Scene(
            "after a creation long ago",
            "policy p { for users grace 1 day after creation require aal2 }",
            "token aal1, user no factors, created 2020-01-01",
            "enroll no-factor"
        ),
        Scene(
            "an Unknown creation grants no grace",
            "policy p { for users grace 1 day after creation require aal2 }",
            "token aal1, user no factors",
            "enroll no-factor assumed"
        ),
    ]

    private static let projected = [
        Projected(
            "policy p { for users mode monitor since 2026-01-01 deny }",
            "token",
            "allow",
            "deny"
        ),
        Projected("policy p { for users from 2027-01-01 deny }", "token", "allow", "deny"),
        Projected(
            "policy p { for users from 2026-09-30 grace 14 days after start require aal2 }",
            "token aal1, user no factors",
            "allow",
            "enroll"
        ),
        Projected(
            "policy p { for users from 2026-01-01 until 2026-02-01 deny }",
            "token",
            "allow",
            "allow"
        ),
        Projected(
            "policy p { for users require aal2 } policy q { for users mode monitor since 2026-01-01 deny }",
            "token aal1, user factors totp",
            "step-up",
            "deny"
        ),
        Projected("policy p { for users require aal2 }", "token aal1", "step-up", "step-up"),
    ]
}
