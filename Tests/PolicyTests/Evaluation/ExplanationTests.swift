import PolicyDSL
import Testing

@Suite struct ExplanationTests {
    @Test("every part of a policy says hit, miss or may")
    func parts() throws {
        let policies = """
            policy p {
                for users with a verified factor with role "x" except users with id "i"
                on /a/** on writes /b at app.example
                from 2026-01-01 until 2027-01-01
                mode monitor since 2026-01-01
                require aal2
            }
            """
        let parts = try Self.explain(policies, "token role \"x\"").policies.first?.parts ?? []
        #expect(
            parts.map { "\($0.match.rawValue) \($0.text)" } == [
                "miss on /a/**", "miss on writes /b at app.example", "hit for users",
                "may with a verified factor", "hit with role \"x\"", "hit except users",
                "miss with id \"i\"", "hit from 2026-01-01T00:00:00Z",
                "hit until 2027-01-01T00:00:00Z", "hit mode monitor since 2026-01-01T00:00:00Z",
                "miss require aal2",
            ]
        )
    }

    @Test("the policy that decided is named, with its author's words")
    func deciding() throws {
        let policies = """
            policy a { for users require aal2 because "So that nobody else gets in." }
            policy b { for users with role "x" deny }
            policy c { for users mode monitor since 2026-01-01 deny }
            """
        let explanation = try Self.explain(policies, "token aal1, user factors totp")
        #expect(explanation.policies.map(\.decides) == [true, false, false])
        #expect(explanation.policies.map(\.applies) == [.hit, .miss, .hit])
        #expect(explanation.policies.map(\.isEnforced) == [true, true, false])
        #expect(explanation.policies.first?.because == "So that nobody else gets in.")
    }

    @Test("the facts used are those that were consulted")
    func facts() throws {
        let policies = "policy p { for users with a verified factor require aal2 }"
        let explanation = try Self.explain(
            policies,
            "token aal1, password 1 minute ago, user factors totp, created 2020-01-01"
        )
        #expect(
            explanation.facts.map { "\($0.name)=\($0.value)" } == [
                "class=user", "aal=aal1", "password=2026-10-01T11:59:00Z", "factors=1 totp",
            ]
        )
    }

    @Test(
        "the nearest allowed state",
        arguments: [
            ("for users require aal2", "token aal2", ""),
            ("for users require aal2", "token aal1, user factors totp", "step up with totp"),
            ("for users require aal2", "token aal1, user no factors", "enroll totp"),
            (
                "for users require webauthn",
                "token aal1, password 1 minute ago, user factors phone",
                "step up with sms, then enroll webauthn"
            ),
            (
                "for users require sign-in within 1 hour", "token aal1, password 2 hours ago",
                "sign in with password"
            ),
            (
                "for users require aal2 require sign-in within 1 hour",
                "token aal2, password 2 hours ago, totp 1 hour ago, user factors totp",
                "sign in with password, then step up with totp"
            ),
            (
                "for anyone require aal2", "no token, user factors totp",
                "sign in with password, then step up with totp"
            ),
        ]
    )
    func nearest(policy: String, facts: String, expected: String) throws {
        let explanation = try Self.explain("policy p { \(policy) }", facts)
        #expect(explanation.steps?.map(\.description).joined(separator: ", then ") == expected)
    }

    @Test(
        "where nothing of the caller's would do",
        arguments: [("for users deny", "token aal2"), ("for services require aal2", "service")]
    )
    func nothing(policy: String, facts: String) throws {
        #expect(try Self.explain("policy p { \(policy) }", facts).steps == nil)
    }

    @Test("the text for people")
    func text() throws {
        let policies = """
            policy admin { for users on /admin/** require aal2 }
            policy opted-in-only {
                for users with a verified factor require aal2 because "You chose to."
            }
            """
        let explanation = try Self.explain(policies, "token aal1, user factors totp")
        #expect(
            explanation.text == """
                admission: hit

                policy opted-in-only: applies, decides
                  hit   for users
                  hit   with a verified factor
                  miss  require aal2 (step-up, aal-too-low)
                  because "You chose to."

                policy admin: does not apply
                  miss  on /admin/**
                  hit   for users
                  miss  require aal2

                facts used:
                  class: user
                  aal: aal1
                  factors: 1 totp

                to get through: step up with totp
                """
        )
    }

    private static func explain(_ policies: String, _ facts: String) throws -> Explanation {
        let setting = try Scene("", policies, facts, "").setting()
        let explanation = setting.set.explain(
            setting.request,
            setting.principal,
            directory: setting.directory,
            now: setting.now
        )
        #expect(explanation.decision == setting.decision)
        return explanation
    }
}
