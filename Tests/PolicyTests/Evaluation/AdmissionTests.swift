import PolicyDSL
import Testing

/// Admission, and the page rule.
@Suite struct AdmissionTests {
    @Test("some `admit` must match class and route", arguments: admission)
    func admits(_ scene: Scene) throws {
        try scene.play()
    }

    @Test("a remedy's own page lets it through", arguments: onPages)
    func pageRule(_ scene: Scene) throws {
        try scene.play()
    }

    private static let admission = [
        Scene("an admitted class", "admit users", "token", "allow"),
        Scene(
            "a visitor where users would be admitted",
            "admit users",
            "no token",
            "unauthenticated no-credential"
        ),
        Scene(
            "a guest where users would be admitted",
            "admit users",
            "guest",
            "unauthenticated no-credential"
        ),
        Scene(
            "a visitor where nobody would be",
            "admit users to /a",
            "no token",
            "deny not-admitted"
        ),
        Scene("a service", "admit users", "service", "deny not-admitted"),
        Scene("a user", "admit services", "token aal2", "deny not-admitted"),
        Scene("any one is enough", "admit users to /a admit users to /", "token", "allow"),
        Scene(
            "on its methods only",
            "admit anyone to reads /",
            "token",
            when: "POST /",
            "deny not-admitted"
        ),
        Scene(
            "an Unknown host counts against the request",
            "admit users to any at a.example",
            "token",
            when: "GET /",
            "unavailable host-unknown assumed"
        ),
        Scene(
            "when admission refuses, policies still count",
            "admit services policy p { for users on / deny }",
            "token aal2",
            "deny not-admitted"
        ),
        Scene(
            "the harder of both is the outcome",
            "admit users policy p { for visitors deny }",
            "no token",
            "deny denied"
        ),
    ]

    private static let pages = """
        pages { sign-in /login with /assets/**  step-up /mfa  enroll https://app.example/setup }
        admit users

        """

    private static func page(
        _ rule: String,
        _ policy: String,
        _ facts: String,
        at path: String,
        _ expected: String
    ) -> Scene {
        Scene(rule, self.pages + policy, facts, when: "GET \(path)", expected)
    }

    private static let demanding = "policy p { for users require aal2 }"
    private static let old = "policy p { for users require sign-in within 1 hour }"

    private static let onPages = [
        page("its own remedy", demanding, "token aal1, user factors totp", at: "/mfa", "allow"),
        page("a lower one", demanding, "token aal1, user no factors", at: "/mfa", "allow"),
        page(
            "not a higher one",
            old,
            "token aal1, password 2 hours ago",
            at: "/mfa",
            "reauthenticate session-too-old password"
        ),
        page(
            "the sign-in page serves reauthenticate",
            old,
            "token aal1, password 2 hours ago",
            at: "/login",
            "allow"
        ),
        page("and unauthenticated", demanding, "no token", at: "/login", "allow"),
        page("admission is not asked", demanding, "service", at: "/login", "allow"),
        page("the paths after `with`", demanding, "no token", at: "/assets/a/b.css", "allow"),
        page("a trailing slash is ignored", demanding, "no token", at: "/login/", "allow"),
        page(
            "below it is not the page",
            demanding,
            "no token",
            at: "/login/x",
            "unauthenticated no-credential"
        ),
        page(
            "of denials the `deny` clause stands",
            "policy p { for users deny }",
            "token",
            at: "/login",
            "deny denied"
        ),
        page(
            "other denials do not",
            "policy p { for users require totp }",
            "token aal1",
            at: "/mfa",
            "allow"
        ),
        page(
            "`otherwise deny` is such another",
            "policy p { for users require aal2 otherwise deny }",
            "token aal1, user factors totp",
            at: "/mfa",
            "allow"
        ),
        page(
            "unavailable stands",
            "policy p { for users with a verified factor require aal2 }",
            "token aal1",
            at: "/login",
            "unavailable directory-unavailable assumed"
        ),
        page(
            "an unknown user has to sign in again",
            demanding,
            "token aal1, unknown user",
            at: "/mfa",
            "unauthenticated user-not-found"
        ),
        page(
            "a page with a URL is on its own host",
            demanding,
            "token aal1, user no factors",
            at: "/setup at app.example",
            "allow"
        ),
        page(
            "and on no other",
            demanding,
            "token aal1, user no factors",
            at: "/setup at www.example",
            "enroll no-factor"
        ),
        Scene(
            "where several cover a path, the highest counts",
            "pages { sign-in /login with /x/**  step-up /mfa with /x/** } admit users",
            "no token",
            when: "GET /x/y",
            "allow"
        ),
        Scene(
            "`factors` is a link target only",
            "pages { factors /me } admit users " + demanding,
            "token aal1, user factors totp",
            when: "GET /me",
            "step-up aal-too-low totp"
        ),
    ]
}
