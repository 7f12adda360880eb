import DemoAuthority
import JSON
import NIOHTTP1
import Testing

@testable import Gatekeeper
@testable import GatekeeperDemo

/// OpenID Connect providers: discovery, and every preset from configuration to decision.
@Suite(.timeLimit(.minutes(1))) struct OpenIDConnectTests {
    private static let policy = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit users
        admit services to /internal/**
        policy admin { for users on /admin/** require aal2 }
        policy fresh { for users on /fresh/** require aal2 within 10 minutes }
        """

    private static func run(
        path: String = "",
        issuer: String = "preset: keycloak",
        replies: [String: DemoResponse] = [:],
        _ body: (Gate, OpenIDConnectProject) async throws -> Void
    ) async throws {
        try await OpenIDConnectProject.run(path: path, replies: replies) { project in
            var setup = try GateSetup(issuers: project.configuration(issuer))
            setup.policy = Self.policy
            try await Gate.run(setup) { gate in try await body(gate, project) }
        }
    }

    @Test("keys are found by discovery, below the issuer's path", arguments: ["", "/realms/demo"])
    func discovery(path: String) async throws {
        try await Self.run(path: path) { gate, project in
            let token = try project.standIn.token(claims: ["acr": "2"])
            #expect(try await gate.get("/admin/x", as: token).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Issuer: \(project.standIn.issuer)\r\n"))
        }
    }

    @Test(
        "a discovery document counts only where it speaks for exactly this issuer",
        arguments: [
            #"{"issuer": "http://127.0.0.1:1", "jwks_uri": "http://127.0.0.1:1/keys"}"#,
            #"{"jwks_uri": "http://127.0.0.1:1/keys"}"#, "{}", "[]", "", "<html>",
        ]
    )
    func foreignDiscovery(document: String) async throws {
        let replies = ["/.well-known/openid-configuration": DemoResponse.json(document)]
        try await Self.run(replies: replies) { gate, project in
            let token = try project.standIn.token(claims: ["acr": "2"])
            let answer = try await gate.get("/x", as: token)
            #expect(answer.status == 503)
            #expect(answer.reason == "keys-unavailable")
        }
    }

    @Test("a token for another audience, or of another issuer, is refused")
    func strangers() async throws {
        try await Self.run { gate, project in
            let audience = try project.standIn.token(audience: "other", claims: [:])
            #expect(try await gate.get("/x", as: audience).reason == "audience-mismatch")
            let slash = try project.standIn.token(
                claims: ["iss": .string(project.standIn.issuer + "/")]
            )
            #expect(try await gate.get("/x", as: slash).reason == "issuer-mismatch")
            let expired = try project.standIn.token(lifetime: -600, claims: [:])
            #expect(try await gate.get("/x", as: expired).reason == "token-expired")
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let preset: OIDCPreset
        let claims: JSONObject
        let status: Int

        var testDescription: String {
            "\(self.preset.rawValue) \(JSONValue.object(self.claims).serialized())"
        }
    }

    private static func rows(
        _ preset: OIDCPreset,
        second: [JSONObject],
        first: [JSONObject]
    ) -> [Row] {
        second.map { Row(preset: preset, claims: $0, status: 200) }
            + first.map { Row(preset: preset, claims: $0, status: 302) }
    }

    static let presets = [
        rows(.auth0, second: [["amr": ["mfa"]]], first: [[:], ["amr": ["pwd"]]]),
        rows(
            .okta,
            second: [["acr": "urn:okta:loa:2fa:any"], ["acr": "phr"], ["acr": "phrh"]],
            first: [
                ["acr": "urn:okta:loa:1fa:any"], ["acr": "urn:okta:loa:2fa:any:ifpossible"],
                ["amr": ["pwd", "otp"]],
            ]
        ),
        rows(.keycloak, second: [["acr": "2"], ["acr": 2]], first: [["acr": "1"], ["acr": "0"]]),
        rows(
            .entra,
            second: [["amr": ["pwd", "mfa"]], ["amr": ["ngcmfa"]]],
            first: [["amr": ["pwd", "wiaormfa"]], ["acr": "1"], ["acrs": ["c1"]]]
        ),
        rows(
            .firebase,
            second: [
                ["firebase": ["sign_in_second_factor": "phone"]],
                ["firebase": ["sign_in_second_factor": "totp"]],
            ],
            first: [["firebase": ["sign_in_provider": "password"]], [:]]
        ),
        rows(.ory, second: [["aal": "aal2"]], first: [["aal": "aal1"], ["aal": "aal0"], [:]]),
        rows(
            .zitadel,
            second: [["amr": ["pwd", "otp", "mfa"]]],
            first: [["amr": ["pwd"]], ["amr": ["user"]], [:]]
        ),
        rows(
            .authentik,
            second: [["amr": ["pwd", "mfa"]]],
            first: [
                ["acr": "goauthentik.io/providers/oauth2/default"], ["amr": ["pwd", "user"]],
            ]
        ),
    ].flatMap(\.self)

    @Test("each provider's own way of showing a second factor is read", arguments: presets)
    func preset(_ row: Row) async throws {
        try await Self.run(issuer: "preset: \(row.preset.rawValue)") { gate, project in
            let token = try project.standIn.token(claims: row.claims)
            #expect(try await gate.get("/admin/x", as: token).status == row.status)
        }
    }

    @Test("every preset is tried with both levels")
    func complete() {
        for preset in OIDCPreset.allCases {
            for status in [200, 302] {
                #expect(Self.presets.contains { $0.preset == preset && $0.status == status })
            }
        }
    }

    @Test(
        "a mapping of one's own: any claim, listed values, and the time of the sign-in",
        arguments: [
            (["groups": ["a", "mfa-done"], "auth_time": -60], "/fresh/x", 200),
            (["groups": ["a", "mfa-done"], "auth_time": -900], "/fresh/x", 302),
            (["groups": ["a", "mfa-done"]], "/fresh/x", 403),
            (["groups": "mfa-done"], "/admin/x", 200), (["groups": ["a"]], "/admin/x", 302),
            ([:], "/admin/x", 302),
        ] as [(JSONObject, String, Int)]
    )
    func mapping(claims: JSONObject, path: String, status: Int) async throws {
        let issuer = #"assurance: {claim: groups, aal2: [mfa-done], age: auth_time}"#
        try await Self.run(issuer: issuer) { gate, project in
            var claims = claims
            if case .integer(let age) = claims["auth_time"] {
                claims["auth_time"] = .integer(DemoFiles.now + age)
            }
            let token = try project.standIn.token(claims: claims)
            #expect(try await gate.get(path, as: token).status == status)
        }
    }

    @Test("a client that acts for itself is a service")
    func machines() async throws {
        try await Self.run { gate, project in
            let token = try project.standIn.token(subject: "job", claims: ["azp": "job"])
            #expect(try await gate.get("/internal/x", as: token).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: service\r\n"))
            #expect(try await gate.get("/x", as: token).status == 403)
        }
    }
}
