import PolicyDSL
import Testing

/// The ladder, consulted facts, and what `otherwise deny` replaces.
@Suite struct LadderTests {
    @Test("the order of the ladder is the order of its words")
    func order() {
        let words = [
            "allow", "enroll", "step-up", "reauthenticate", "unauthenticated", "unavailable",
            "deny",
        ]
        #expect(Outcome.allCases.map(\.word) == words)
        #expect(Outcome.allCases.sorted() == Outcome.allCases)
        #expect(words.map { Outcome(word: $0)?.word } == words)
    }

    @Test("all of is the highest, one of the easiest", arguments: allOf + oneOf)
    func ladder(_ scene: Scene) throws {
        try scene.play()
    }

    @Test(
        "`using` of several policies is their intersection, else their union",
        arguments: [
            ("require aal2", "require second-factor except sms", ["totp"]),
            ("require totp", "require sms", ["totp", "phone"]),
        ]
    )
    func means(first: String, second: String, expected: [String]) throws {
        let policies = "policy a { for users \(first) } policy b { for users \(second) }"
        let scene = Scene("using", policies, Self.session + ", user factors totp, phone", "")
        #expect(try scene.setting().decision.using.words == expected)
    }

    @Test("an unknown user is unauthenticated where a fact is consulted", arguments: refusals)
    func refusedUsers(_ scene: Scene) throws {
        try scene.play()
    }

    @Test("`otherwise deny` replaces what the user could do", arguments: otherwiseDeny)
    func denials(_ scene: Scene) throws {
        try scene.play()
    }

    private static let session = "token aal1, password 2 hours ago"

    private static let allOf = [
        Scene(
            "of policies",
            "policy a { for users require aal2 } policy b { for users deny }",
            "token aal1, user factors totp",
            "deny denied"
        ),
        Scene(
            "of demands",
            "policy p { for users require aal2 require sign-in within 1 hour }",
            session + ", user factors totp",
            "reauthenticate session-too-old password"
        ),
        Scene(
            "of `and`",
            "policy p { for users require aal2 and (sign-in within 1 hour) }",
            session + ", user factors totp",
            "reauthenticate session-too-old password"
        ),
        Scene(
            "of `all of`",
            "policy p { for users require all of totp, webauthn }",
            session + ", user factors totp",
            "step-up aal-too-low totp"
        ),
    ]

    private static let oneOf = [
        Scene(
            "a step-up that surely meets the demand comes first",
            "policy p { for users require one of totp, password within 1 hour }",
            session + ", user factors totp",
            "step-up proof-method totp"
        ),
        Scene(
            "then reauthenticate",
            "policy p { for users require one of totp, password within 1 hour }",
            session,
            "reauthenticate proof-too-old password assumed"
        ),
        Scene(
            "then any other step-up",
            "policy p { for users require one of webauthn, saml }",
            session + ", user factors totp",
            "step-up aal-too-low totp"
        ),
        Scene(
            "then enroll",
            "policy p { for users require one of webauthn, saml }",
            session + ", user no factors",
            "enroll no-factor webauthn"
        ),
        Scene(
            "deny comes last",
            "policy p { for users require one of saml, web3 }",
            session,
            "deny impossible-for-user"
        ),
        Scene(
            "unavailable comes before deny",
            "policy p { for users require (aal2 confirmed) or saml }",
            "token aal2, totp 1 minute ago",
            "unavailable directory-unavailable assumed"
        ),
        Scene(
            "the user may choose among the easiest",
            "policy p { for users require totp or sms }",
            session + ", user factors totp, phone",
            "step-up proof-method totp phone"
        ),
        Scene(
            "inside `and` a step-up is sure only if every unmet part is",
            "policy p { for users require (totp and webauthn) or (sign-in within 1 hour) }",
            session + ", user factors totp",
            "reauthenticate session-too-old password"
        ),
        Scene(
            "inside `and` two sure step-ups are sure",
            "policy p { for users require (totp and sms) or (sign-in within 1 hour) }",
            session + ", user factors totp, phone",
            "step-up proof-method totp phone"
        ),
        Scene(
            "one side that is met is enough",
            "policy p { for users require saml or aal2 }",
            "token aal2",
            "allow"
        ),
    ]

    private static let refusals = [
        Scene(
            "for whom a policy is: even if every demand is met",
            "policy p { for users with a verified factor require aal2 }",
            "token aal2, unknown user",
            "unauthenticated user-not-found"
        ),
        Scene(
            "in a remedy",
            "policy p { for users require aal2 }",
            "token aal1, unknown user",
            "unauthenticated user-not-found"
        ),
        Scene(
            "by `confirmed`",
            "policy p { for users require aal2 confirmed }",
            "token aal2, unknown user",
            "unauthenticated user-not-found"
        ),
        Scene(
            "a `confirmed` inside an `or` that is met already consults nothing",
            "policy p { for users require (aal2 confirmed) or (sign-in within 1 hour) }",
            "token aal2, password 1 minute ago, unknown user",
            "allow"
        ),
        Scene(
            "a demand that is met consults nothing",
            "policy p { for users require aal2 }",
            "token aal2, unknown user",
            "allow"
        ),
        Scene(
            "a row above the directory's consults nothing",
            "policy p { for users require totp }",
            "token aal1, unknown user",
            "deny proof-unprovable"
        ),
        Scene(
            "it enters the ladder like any other",
            "policy p { for users require aal2 } policy q { for users deny }",
            "token aal1, unknown user",
            "deny denied"
        ),
        Scene(
            "a monitor consults for itself only",
            "policy p { for users with a verified factor mode monitor since 2026-01-01 deny }",
            "token aal1, unknown user",
            "allow"
        ),
        Scene(
            "a revoked session is named as such",
            "policy p { for users require aal2 }",
            "token aal1",
            "unauthenticated session-revoked",
            adjusting: { $1 = .refused(.sessionRevoked) }
        ),
        Scene(
            "a banned user is named as such",
            "policy p { for users require aal2 }",
            "token aal1",
            "unauthenticated user-banned",
            adjusting: { $1 = .refused(.userBanned) }
        ),
        Scene(
            "a met demand stays met while the directory is silent",
            "policy p { for users with a verified factor require aal2 }",
            "token aal2",
            "allow"
        ),
    ]

    private static let otherwiseDeny = [
        Scene(
            "enroll",
            "policy p { for users require aal2 otherwise deny }",
            "token aal1, user no factors",
            "deny no-factor"
        ),
        Scene(
            "step-up",
            "policy p { for users require aal2 otherwise deny }",
            "token aal1, user factors totp",
            "deny aal-too-low"
        ),
        Scene(
            "reauthenticate",
            "policy p { for users require sign-in within 1 hour otherwise deny }",
            session,
            "deny session-too-old"
        ),
        Scene(
            "not unauthenticated",
            "policy p { for anyone require aal2 otherwise deny }",
            "no token",
            "unauthenticated no-credential"
        ),
        Scene(
            "not unavailable",
            "policy p { for users require aal2 confirmed otherwise deny }",
            "token aal2",
            "unavailable directory-unavailable assumed"
        ),
    ]
}
