import PolicyDSL
import Testing

/// The table of remedies, one row after the other.
@Suite struct RemedyTests {
    @Test("the first row that fits holds", arguments: general + secondLevel + lists + signIn)
    func remedy(_ scene: Scene) throws {
        try scene.play()
    }

    private static let notUpgradable: Scene.Adjustment = { principal, _ in
        principal.canBeUpgraded = false
    }

    private static let untimed: Scene.Adjustment = { principal, _ in
        principal.hasTimedEntries = false
    }

    private static let levelTimes: Scene.Adjustment = { principal, _ in
        principal.knowsLevelTimes = true
    }

    private static let otherFactor: Scene.Adjustment = { _, directory in
        directory = .known(UserFacts(factors: .known(FactorCounts(other: 1))))
    }

    private static let general = [
        Scene(
            "`deny` of a policy that surely applies",
            "policy p { for users deny }",
            "token aal2",
            "deny denied"
        ),
        Scene(
            "`deny` of visitors is a denial too",
            "policy p { for visitors deny }",
            "no token",
            "deny denied"
        ),
        Scene(
            "a visitor has no credential",
            "policy p { for anyone require aal2 }",
            "no token",
            "unauthenticated no-credential"
        ),
        Scene(
            "a guest has no credential either",
            "policy p { for anyone require totp }",
            "guest",
            "unauthenticated no-credential"
        ),
        Scene(
            "a guest whom an Unknown concerns is unauthenticated, not unavailable",
            "policy p { for guests with a verified factor deny }",
            "guest",
            "unauthenticated no-credential assumed"
        ),
        Scene(
            "a policy that may apply is unavailable",
            "policy p { for users with a verified factor require aal2 }",
            "token aal1",
            "unavailable directory-unavailable assumed"
        ),
        Scene(
            "a `deny` that may apply is unavailable",
            "policy p { for users created before 2020-01-01 deny }",
            "token aal2",
            "unavailable directory-unavailable assumed"
        ),
        Scene(
            "an Unknown host is named as such",
            "policy p { for users on any at a.example deny }",
            "token aal2",
            when: "GET /",
            "unavailable host-unknown assumed"
        ),
        Scene(
            "a service cannot be upgraded",
            "policy p { for services require aal2 }",
            "service",
            "deny not-upgradable"
        ),
        Scene(
            "a session that cannot be upgraded is denied, whatever it lacks",
            "policy p { for users require aal2 }",
            "token aal1, user factors totp",
            "deny not-upgradable",
            adjusting: notUpgradable
        ),
        Scene(
            "what may apply comes before what cannot be upgraded",
            "policy p { for users with a verified factor require aal2 }",
            "token aal1",
            "unavailable directory-unavailable assumed",
            adjusting: notUpgradable
        ),
        Scene(
            "a `within` that no entry could ever show",
            "policy p { for users require aal2 within 1 hour }",
            "token aal1, password",
            "deny proof-unprovable",
            adjusting: untimed
        ),
        Scene(
            "a `within` of a list that no entry could ever show",
            "policy p { for users require password within 1 hour }",
            "token aal1, password",
            "deny proof-unprovable",
            adjusting: untimed
        ),
        Scene(
            "an issuer that tells its levels' times can show a level",
            "policy p { for users require aal2 within 1 hour }",
            "token aal1, user factors totp",
            "step-up aal-too-low totp",
            adjusting: levelTimes
        ),
        Scene(
            "a method that no entry could ever show",
            "policy p { for users require totp }",
            "token aal2, user factors totp",
            "deny proof-unprovable"
        ),
        Scene(
            "an issuer that tells its levels' times still shows no named method",
            "policy p { for users require totp }",
            "token aal2, user factors totp",
            "deny proof-unprovable",
            adjusting: levelTimes
        ),
        Scene(
            "but it can show the bare set second-factor",
            "policy p { for users require second-factor }",
            "token aal1, user factors totp",
            "step-up proof-method totp",
            adjusting: levelTimes
        ),
    ]

    private static let secondLevel = [
        Scene(
            "a stale token signs in again",
            "policy p { for users require aal2 confirmed }",
            "token aal2, password 1 hour ago, totp 1 hour ago, user no factors",
            "reauthenticate stale-token password"
        ),
        Scene(
            "a factor that nobody can confirm",
            "policy p { for users require aal2 confirmed }",
            "token aal2",
            "unavailable directory-unavailable assumed"
        ),
        Scene(
            "confirmed by any factor, of an unknown type too",
            "policy p { for users require aal2 confirmed }",
            "token aal2",
            "allow",
            adjusting: otherFactor
        ),
        Scene(
            "no factor yet",
            "policy p { for users require aal2 }",
            "token aal1, user no factors",
            "enroll no-factor"
        ),
        Scene(
            "no factor yet, `confirmed` or not",
            "policy p { for users require aal2 confirmed }",
            "token aal1, user no factors",
            "enroll no-factor"
        ),
        Scene(
            "the level is too low",
            "policy p { for users require aal2 }",
            "token aal1, user factors totp, phone",
            "step-up aal-too-low totp phone"
        ),
        Scene(
            "Unknown factors are asked for",
            "policy p { for users require aal2 }",
            "token aal1",
            "step-up aal-too-low assumed"
        ),
        Scene(
            "only the time fails",
            "policy p { for users require aal2 within 5 minutes }",
            "token aal2, totp 6 minutes ago, user factors totp",
            "step-up proof-too-old totp"
        ),
        Scene(
            "a token without aal is aal1",
            "policy p { for users require aal2 }",
            "token, user factors totp",
            "step-up aal-too-low totp"
        ),
    ]

    private static let lists = [
        Scene(
            "a second factor the user has",
            "policy p { for users require totp }",
            "token aal1, password 1 minute ago, user factors totp",
            "step-up proof-method totp"
        ),
        Scene(
            "a second factor the user has, proven too long ago",
            "policy p { for users require totp within 5 minutes }",
            "token aal2, totp 6 minutes ago, user factors totp",
            "step-up proof-too-old totp"
        ),
        Scene(
            "sms is proven by a phone",
            "policy p { for users require sms }",
            "token aal1, password 1 minute ago, user factors phone",
            "step-up proof-method phone"
        ),
        Scene(
            "only other factors at aal1: providers demand aal2 before another is enrolled",
            "policy p { for users require webauthn }",
            "token aal1, password 1 minute ago, user factors totp",
            "step-up aal-too-low totp"
        ),
        Scene(
            "only other factors at aal2",
            "policy p { for users require webauthn }",
            "token aal2, totp 1 minute ago, user factors totp",
            "enroll no-factor webauthn"
        ),
        Scene(
            "no factor at all",
            "policy p { for users require webauthn }",
            "token aal1, password 1 minute ago, user no factors",
            "enroll no-factor webauthn"
        ),
        Scene(
            "a question that stays unanswered leaves a step-up",
            "policy p { for users require webauthn }",
            "token aal1, password 1 minute ago",
            "step-up proof-method webauthn assumed"
        ),
        Scene(
            "a first factor the token proves, too long ago",
            "policy p { for users require password within 5 minutes }",
            "token aal1, password 6 minutes ago",
            "reauthenticate proof-too-old password"
        ),
        Scene(
            "a first factor the user never used",
            "policy p { for users require saml }",
            "token aal1, password 1 minute ago",
            "deny impossible-for-user"
        ),
        Scene(
            "a passkey is a first factor",
            "policy p { for users require passkey }",
            "token aal1, password 1 minute ago, user factors webauthn",
            "deny impossible-for-user"
        ),
        Scene(
            "`except` leaves a positive list",
            "policy p { for users require second-factor except sms }",
            "token aal2, sms 1 minute ago, user factors phone",
            "enroll no-factor totp webauthn"
        ),
        Scene(
            "`except` leaves what the user has",
            "policy p { for users require second-factor except sms }",
            "token aal2, sms 1 minute ago, user factors totp, phone",
            "step-up proof-method totp"
        ),
    ]

    private static let signIn = [
        Scene(
            "a session that is too old",
            "policy p { for users require sign-in within 12 hours }",
            "token aal1, password 13 hours ago",
            "reauthenticate session-too-old password"
        ),
        Scene(
            "an unknown sign-in time does not meet `sign-in within`",
            "policy p { for users require sign-in within 12 hours }",
            "token aal2, totp 1 hour ago",
            "reauthenticate session-too-old"
        ),
        Scene(
            "a sign-in that nobody could date",
            "policy p { for users require sign-in within 12 hours }",
            "token aal1, password",
            "deny proof-unprovable"
        ),
        Scene(
            "every first factor that the token proves counts as a sign-in method",
            "policy p { for users require sign-in within 1 hour }",
            "token aal1, password 2 hours ago, oauth 3 hours ago, totp 1 minute ago",
            "reauthenticate session-too-old password oauth"
        ),
    ]
}
