internal import JSON

/// Somebody to try the quickstart with: a token, what the directory knows, and what to expect.
struct QuickstartPersona: Sendable {
    /// The short name, which is also the token file's.
    let name: String
    let story: String
    /// The subject; nil for callers that the directory has nothing to do with.
    let subject: String?
    /// When the account was made, as the directory file writes it.
    let created: String?
    /// The factor types the directory knows as verified.
    let factors: [String]
    let assurance: String
    /// Claims beside the usual ones.
    var extra: JSONObject = [:]
    var isExpired = false
    var hasToken = true
    /// What to try, and what each will get.
    let trials: [Trial]

    /// One request and its answer.
    struct Trial: Sendable {
        let path: String
        let status: Int
        let meaning: String
    }
}

extension QuickstartPersona {
    /// One for every way through the quickstart's policies.
    static let all: [QuickstartPersona] = [
        QuickstartPersona(
            name: "olga",
            story: "long-standing user without MFA",
            subject: "0b9a3c1e-0000-4000-8000-00000000001a",
            created: "2019-05-01T09:00:00Z",
            factors: [],
            assurance: "aal1",
            trials: [
                Trial(path: "/api/items", status: 200, meaning: "served"),
                Trial(
                    path: "/admin",
                    status: 302,
                    meaning: "sent to /mfa/setup: admin pages need MFA"
                ),
            ]
        ),
        QuickstartPersona(
            name: "nils",
            story: "new user without MFA",
            subject: "0b9a3c1e-0000-4000-8000-00000000002b",
            created: "2026-06-01T09:00:00Z",
            factors: [],
            assurance: "aal1",
            trials: [
                Trial(
                    path: "/api/items",
                    status: 302,
                    meaning: "sent to /mfa/setup: new users need MFA"
                )
            ]
        ),
        QuickstartPersona(
            name: "ada",
            story: "user who opted in to MFA, signed in with a password only",
            subject: "0b9a3c1e-0000-4000-8000-00000000003c",
            created: "2020-02-02T09:00:00Z",
            factors: ["totp"],
            assurance: "aal1",
            trials: [
                Trial(
                    path: "/api/items?page=2",
                    status: 302,
                    meaning: "sent to /mfa, and back to /api/items?page=2 afterwards"
                )
            ]
        ),
        QuickstartPersona(
            name: "ada-aal2",
            story: "the same user after the second factor",
            subject: "0b9a3c1e-0000-4000-8000-00000000003c",
            created: nil,
            factors: [],
            assurance: "aal2",
            trials: [
                Trial(path: "/api/items", status: 200, meaning: "served"),
                Trial(path: "/admin", status: 200, meaning: "served"),
            ]
        ),
        QuickstartPersona(
            name: "stan",
            story: "stale aal2: the factors were removed after the sign-in",
            subject: "0b9a3c1e-0000-4000-8000-00000000004d",
            created: "2020-03-03T09:00:00Z",
            factors: [],
            assurance: "aal2",
            trials: [
                Trial(
                    path: "/api/items",
                    status: 200,
                    meaning: "served: no factor, nothing demanded"
                ),
                Trial(path: "/admin", status: 302, meaning: "sent to /login: the token is stale"),
            ]
        ),
        QuickstartPersona(
            name: "guest",
            story: "anonymous user",
            subject: "0b9a3c1e-0000-4000-8000-00000000005e",
            created: "2026-06-02T09:00:00Z",
            factors: [],
            assurance: "aal1",
            extra: ["is_anonymous": true],
            trials: [
                Trial(path: "/catalog", status: 200, meaning: "served"),
                Trial(
                    path: "/api/items",
                    status: 401,
                    meaning: "refused: a signed-in user is needed"
                ),
            ]
        ),
        QuickstartPersona(
            name: "service",
            story: "a service with a service_role token",
            subject: nil,
            created: nil,
            factors: [],
            assurance: "aal1",
            extra: ["role": "service_role"],
            trials: [
                Trial(path: "/internal/jobs", status: 200, meaning: "served"),
                Trial(path: "/api/items", status: 403, meaning: "refused: not admitted there"),
            ]
        ),
        QuickstartPersona(
            name: "expired",
            story: "a token that ran out an hour ago",
            subject: "0b9a3c1e-0000-4000-8000-00000000001a",
            created: nil,
            factors: [],
            assurance: "aal1",
            isExpired: true,
            trials: [
                Trial(path: "/api/items", status: 401, meaning: "refused: token-expired")
            ]
        ),
        QuickstartPersona(
            name: "nobody",
            story: "no token at all",
            subject: nil,
            created: nil,
            factors: [],
            assurance: "aal1",
            hasToken: false,
            trials: [
                Trial(path: "/", status: 200, meaning: "served: the front page is public"),
                Trial(path: "/api/items", status: 401, meaning: "refused: no-credential"),
            ]
        ),
    ]
}
