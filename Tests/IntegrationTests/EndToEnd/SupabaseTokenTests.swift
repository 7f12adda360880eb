import Foundation
import JSON
import Testing
import TokenSigning
import TokenVerify

/// What Supabase signs, with every kind of key, and for everyone who may hold a token.
@Suite(.timeLimit(.minutes(1))) struct SupabaseTokenTests {
    private static let secret = "a-secret-of-more-than-thirty-two-bytes"
    private static let policy = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit anyone to /public/**
        admit users, guests, services
        policy admin { for users, guests on /admin/** require aal2 }
        policy fresh { for users on /fresh/** require aal2 within 10 minutes }
        policy totp  { for users on /totp/** require totp }
        """

    private static func run(
        _ issuerKeys: [String] = [],
        keys: [SigningKey]? = nil,
        _ body: (Gate, TestIssuer) async throws -> Void
    ) async throws {
        let project = try ProjectStandIn()
        try await project.start()
        let own = try keys ?? [SigningKey.generate(.es256, keyID: "project-1")]
        let issuer = try project.sign(with: own)
        let lines = [project.configuration] + issuerKeys.map { "    \($0)" }
        var setup = try GateSetup(issuers: lines.joined(separator: "\n"))
        setup.policy = Self.policy
        try await Gate.run(setup) { gate in try await body(gate, issuer) }
        try await project.stop()
    }

    /// A token of the project; null among `changes` stands for a claim that it does not have.
    private static func token(
        _ issuer: TestIssuer,
        key: SigningKey? = nil,
        assurance: String = "aal2",
        _ changes: JSONObject = [:]
    ) throws -> String {
        var claims = issuer.claims("olga", assurance, ["totp", "password"])
        for member in changes { claims[member.name] = member.value.isNull ? nil : member.value }
        return try (key ?? issuer.key).token(claims: claims)
    }

    @Test("while keys are rotated each of them counts, by its own algorithm")
    func rotation() async throws {
        let elliptic = try SigningKey.generate(.es256, keyID: "in-use")
        let rsa = try SigningKey.generate(.rs256, keyID: "previous")
        let secret = Array(Self.secret.utf8)
        let settings = ["jwt_secret: \(Self.secret)", "algorithms: [HS256, ES256, RS256]"]
        try await Self.run(settings, keys: [elliptic, rsa]) { gate, issuer in
            let keys = [
                elliptic, rsa, SigningKey(secret: secret),
                // HS256 keys are never published, yet their tokens may name one.
                SigningKey(secret: secret, keyID: "legacy"),
            ]
            for key in keys {
                let token = try Self.token(issuer, key: key)
                #expect(try await gate.get("/admin/x", as: token).status == 200, "\(key.algorithm)")
            }
            let stranger = SigningKey(secret: Array("another-secret-of-32-bytes-or-more".utf8))
            let forged = try await gate.get("/x", as: try Self.token(issuer, key: stranger))
            #expect(forged.reason == "signature-invalid")
        }
        try await Self.run(
            ["jwt_secret: \(Self.secret)", "algorithms: [HS256, ES256]"],
            keys: [elliptic, rsa]
        ) { gate, issuer in
            let old = try await gate.get("/x", as: try Self.token(issuer, key: rsa))
            #expect(old.reason == "algorithm-not-allowed")
        }
    }

    @Test("a project that signs with its secret publishes no keys, and needs none")
    func emptyKeySet() async throws {
        let settings = ["jwt_secret: \(Self.secret)", "algorithms: [HS256, ES256]"]
        try await Self.run(settings, keys: []) { gate, issuer in
            let key = SigningKey(secret: Array(Self.secret.utf8))
            let token = try Self.token(issuer, key: key)
            #expect(try await gate.get("/x", as: token).status == 200)
            #expect(try await gate.admin("/readyz").status == 200)
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let rule: String
        var assurance = "aal2"
        var changes: JSONObject = [:]
        let path: String
        let status: Int
        var reason: String?

        var testDescription: String { self.rule }
    }

    static let rows = [
        Row(rule: "aal2", path: "/admin/x", status: 200),
        Row(rule: "aal1", assurance: "aal1", path: "/admin/x", status: 302),
        Row(rule: "no aal", changes: ["aal": .null], path: "/admin/x", status: 302),
        Row(
            rule: "aal3",
            assurance: "aal3",
            path: "/public/x",
            status: 401,
            reason: "aal-unrecognized"
        ),
        Row(rule: "amr as objects", path: "/totp/x", status: 200),
        Row(
            rule: "amr as strings",
            changes: ["amr": ["totp", "password"]],
            path: "/totp/x",
            status: 200
        ),
        Row(
            rule: "amr as strings has no times",
            changes: ["amr": ["totp", "password"]],
            path: "/fresh/x",
            status: 403,
            reason: "proof-unprovable"
        ),
        Row(
            rule: "no amr",
            changes: ["amr": .null],
            path: "/totp/x",
            status: 403,
            reason: "proof-unprovable"
        ),
        Row(
            rule: "no amr, and only the level asked",
            changes: ["amr": .null],
            path: "/admin/x",
            status: 200
        ),
        Row(
            rule: "a passkey is a sign-in",
            assurance: "aal1",
            changes: ["amr": [["method": "passkey", "timestamp": 1_790_000_000]]],
            path: "/admin/x",
            status: 302
        ),
        Row(
            rule: "an OAuth client's token cannot be upgraded",
            assurance: "aal1",
            changes: [
                "client_id": "c1", "scope": "email",
                "amr": [
                    ["method": "oauth_provider/authorization_code", "timestamp": 1_790_000_000]
                ],
            ],
            path: "/admin/x",
            status: 403,
            reason: "not-upgradable"
        ),
        Row(
            rule: "an anonymous user is a guest, whom no page helps",
            assurance: "aal1",
            changes: ["is_anonymous": true],
            path: "/admin/x",
            status: 401,
            reason: "no-credential"
        ),
        Row(
            rule: "an anonymous user is admitted as a guest",
            assurance: "aal1",
            changes: ["is_anonymous": true],
            path: "/x",
            status: 200
        ),
        Row(
            rule: "service_role is no user",
            changes: ["role": "service_role"],
            path: "/admin/x",
            status: 200
        ),
        Row(
            rule: "aud as a list",
            changes: ["aud": ["authenticated", "other"]],
            path: "/x",
            status: 200
        ),
        Row(
            rule: "another aud",
            changes: ["aud": "other"],
            path: "/public/x",
            status: 401,
            reason: "audience-mismatch"
        ),
        Row(
            rule: "a hook that dropped the metadata",
            changes: ["email": .null],
            path: "/x",
            status: 200
        ),
    ]

    @Test("every kind of token is what it is", arguments: rows)
    func kinds(_ row: Row) async throws {
        try await Self.run { gate, issuer in
            let token = try Self.token(issuer, assurance: row.assurance, row.changes)
            let answer = try await gate.get(row.path, as: token)
            #expect(answer.status == row.status)
            if let reason = row.reason { #expect(answer.reason == reason) }
        }
    }

    @Test(
        "API keys as Bearer are nobody's; a session cookie beside them counts",
        arguments: ["sb_publishable_demo", "anon"]
    )
    func apiKeys(key: String) async throws {
        let settings = ["jwt_secret: \(Self.secret)", "algorithms: [HS256, ES256]"]
        try await Self.run(settings) { gate, issuer in
            let secret = SigningKey(secret: Array(Self.secret.utf8))
            let now = Int64(Date().timeIntervalSince1970)
            let anon = try secret.token(claims: [
                "iss": "supabase", "ref": "abc", "role": "anon",
                "iat": .integer(now - 60), "exp": .integer(now + 600),
            ])
            let bearer = key == "anon" ? anon : key
            #expect(try await gate.get("/public/x", as: bearer).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: visitor\r\n"))
            #expect(try await gate.get("/x", as: bearer).reason == "no-credential")
            let value = SupabaseCookie.encoded(try Self.token(issuer))
            let cookie = "Cookie: sb-127-auth-token=\(value)"
            #expect(try await gate.get("/admin/x", as: bearer, cookie).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
        }
    }
}
