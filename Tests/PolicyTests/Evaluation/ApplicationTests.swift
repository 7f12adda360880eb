import PolicyDSL
import Testing

/// Whom a policy is for, and whom it exempts.
@Suite struct ApplicationTests {
    @Test("scope ∧ active ∧ for ∧ ¬except", arguments: classes + filters + facts)
    func applies(_ scene: Scene) throws {
        try scene.play()
    }

    private static let missing: Scene.Adjustment = { _, directory in
        directory = .known(UserFacts(created: .known(nil), factors: .known(FactorCounts())))
    }

    private static let classes = [
        Scene(
            "every class is one of `anyone`",
            "policy p { for anyone deny }",
            "service",
            "deny denied"
        ),
        Scene("a class alone", "policy p { for services deny }", "token", "allow"),
        Scene("classes are a list", "policy p { for guests, users deny }", "guest", "deny denied"),
        Scene(
            "an exempt class",
            "policy p { for anyone except services deny }",
            "service",
            "allow"
        ),
        Scene(
            "out of scope",
            "policy p { for users on /admin/** deny }",
            "token aal2",
            when: "GET /",
            "allow"
        ),
    ]

    private static let filters = [
        Scene(
            "a role",
            "policy p { for users with role \"a\", \"b\" deny }",
            "token role \"b\"",
            "deny denied"
        ),
        Scene(
            "an absent role is not equal",
            "policy p { for users with role \"a\" deny }",
            "token",
            "allow"
        ),
        Scene(
            "an id",
            "policy p { for users with id \"i\" deny }",
            "token id \"i\"",
            "deny denied"
        ),
        Scene(
            "a claim that is an array holds one of the values",
            "policy p { for users with claim app_metadata.role \"x\" deny }",
            "token claim app_metadata.role \"y\", claim app_metadata.role \"x\"",
            "deny denied"
        ),
        Scene(
            "filters are ANDed",
            "policy p { for users with role \"a\" with id \"i\" deny }",
            "token role \"a\", id \"j\"",
            "allow"
        ),
        Scene(
            "a role is compared byte for byte",
            "policy p { for users with role \"\u{e9}\" deny }",
            "token",
            "allow",
            adjusting: { principal, _ in principal.role = "e\u{301}" }
        ),
    ]

    private static let facts = [
        Scene(
            "created before excludes the instant itself",
            "policy p { for users created before 2022-12-12 deny }",
            "token, user created 2022-12-12",
            "allow"
        ),
        Scene(
            "created on or after includes it",
            "policy p { for users created on or after 2022-12-12 deny }",
            "token, user created 2022-12-12",
            "deny denied"
        ),
        Scene(
            "a time that is missing counts as new",
            "policy p { for users created on or after 2022-12-12 deny }",
            "token",
            "deny denied",
            adjusting: missing
        ),
        Scene(
            "a time that is missing counts as old as well",
            "policy p { for users created before 2022-12-12 deny }",
            "token",
            "deny denied",
            adjusting: missing
        ),
        Scene(
            "a time that is missing exempts nobody",
            "policy p { for users except users created before 2022-12-12 deny }",
            "token",
            "deny denied",
            adjusting: missing
        ),
        Scene(
            "with a verified factor",
            "policy p { for users with a verified factor deny }",
            "token, user factors phone",
            "deny denied"
        ),
        Scene(
            "of one type",
            "policy p { for users with a verified totp factor deny }",
            "token, user factors phone",
            "allow"
        ),
        Scene(
            "an unknown type counts for `a verified factor`",
            "policy p { for users with a verified factor deny }",
            "token",
            "deny denied",
            adjusting: { $1 = .known(UserFacts(factors: .known(FactorCounts(other: 1)))) }
        ),
        Scene(
            "an unknown type counts for no named one",
            "policy p { for users with a verified totp factor deny }",
            "token",
            "allow",
            adjusting: { $1 = .known(UserFacts(factors: .known(FactorCounts(other: 1)))) }
        ),
        Scene(
            "with at least two",
            "policy p { for users with at least 2 verified factors deny }",
            "token, user factors totp, phone",
            "deny denied"
        ),
        Scene(
            "with no verified factor",
            "policy p { for users with no verified factor deny }",
            "token, user no factors",
            "deny denied"
        ),
        Scene(
            "known empty is not Unknown",
            "policy p { for users with a verified factor deny }",
            "token, user no factors",
            "allow"
        ),
        Scene(
            "an Unknown exemption does not exempt",
            "policy p { for users except users with a verified factor deny }",
            "token",
            "unavailable directory-unavailable assumed"
        ),
        Scene(
            "filters on facts fail for visitors",
            "policy p { for anyone with no verified factor deny }",
            "no token",
            "allow"
        ),
        Scene(
            "filters on facts fail for services, in `except` too",
            "policy p { for anyone except anyone created before 2030-01-01 deny }",
            "service",
            "deny denied"
        ),
        Scene(
            "what decides without the Unknown is not Unknown",
            "policy p { for users with role \"a\" with a verified factor deny }",
            "token",
            "allow"
        ),
    ]
}
