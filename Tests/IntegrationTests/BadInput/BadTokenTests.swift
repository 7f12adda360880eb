import JSON
import Testing
import TokenSigning

/// Tokens that nobody should believe, each sent to a running sidecar.
@Suite(.timeLimit(.minutes(1))) struct BadTokenTests {
    /// A token that is spoiled in one way, and the word under which it is refused.
    struct Spoiled: CustomTestStringConvertible {
        let testDescription: String
        let code: String
        let make: @Sendable (TestIssuer) throws -> String
    }

    static let spoiled = [
        Spoiled(testDescription: "truncated in its signature", code: "signature-invalid") {
            String(try $0.token().dropLast(6))
        },
        Spoiled(testDescription: "truncated in the middle of a byte", code: "token-encoding") {
            // 77 characters are left of the signature, which no number of bytes comes to.
            String(try $0.token().dropLast(9))
        },
        Spoiled(testDescription: "truncated in its claims", code: "token-malformed") {
            String(
                try $0.token().split(separator: ".").dropLast().joined(separator: ".").dropLast()
            )
        },
        Spoiled(
            testDescription: "signed by another key of the same name",
            code: "signature-invalid"
        ) {
            _ in try TestIssuer().token()
        },
        Spoiled(testDescription: "signed by another key", code: "token-unknown-key") {
            _ in try TestIssuer(keyID: "key-2").token()
        },
        Spoiled(testDescription: "alg none", code: "algorithm-none") { issuer in
            let claims = JSONValue.object(issuer.claims()).serialized()
            let token = try issuer.key.token(header: #"{"alg":"none"}"#, payload: claims)
            return String(token.prefix { $0 != "." }) + "."
                + token.split(separator: ".")[1] + ".x"
        },
        Spoiled(testDescription: "expired", code: "token-expired") {
            try $0.token(lifetime: -3600)
        },
        Spoiled(testDescription: "meant for others", code: "audience-mismatch") {
            try $0.token(extra: ["aud": "another-api"])
        },
        Spoiled(testDescription: "of an issuer nobody configured", code: "issuer-mismatch") {
            try $0.token(extra: ["iss": "https://evil.example"])
        },
        Spoiled(testDescription: "with a number for an issuer", code: "claims-invalid") {
            try $0.token(extra: ["iss": 7])
        },
        Spoiled(testDescription: "with an aal of its own", code: "aal-unrecognized") {
            try $0.token(assurance: "aal9")
        },
        Spoiled(testDescription: "with a line break in its subject", code: "claims-invalid") {
            try $0.token("ada\r\nX-Gatekeeper-AAL: aal2")
        },
        Spoiled(testDescription: "no token at all", code: "token-malformed") { _ in "nonsense" },
    ]

    @Test(
        "a bad token is 401 invalid_token with its reason, on public routes too",
        arguments: spoiled
    )
    func refused(_ spoiled: Spoiled) async throws {
        try await Gate.run { gate in
            let token = try spoiled.make(gate.issuer)
            for target in ["/account", "/public/page"] {
                let answer = try await gate.get(target, as: token)
                #expect(answer.status == 401)
                #expect(answer.reason == spoiled.code)
                #expect(answer["WWW-Authenticate"]?.contains(#"error="invalid_token""#) == true)
                #expect(!answer.text.contains(token))
            }
            #expect(gate.upstream.connections == 0)
            #expect(try await !gate.log(lines: 2).contains(token))
        }
    }

    @Test("a token of 1 MiB never fits into a head")
    func mebibyteHead() async throws {
        try await Gate.run { gate in
            let answer = try await gate.get("/", as: String(repeating: "a", count: 1 << 20))
            #expect(answer.status == 431)
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test("a token over `token_bytes` is refused before it is read")
    func tooLarge() async throws {
        let setup = try GateSetup(settings: "limits: {header_bytes: 1MiB}")
        try await Gate.run(setup) { gate in
            let padding = JSONValue.string(String(repeating: "x", count: 700_000))
            let answer = try await gate.get("/", as: try gate.issuer.token(extra: ["pad": padding]))
            #expect(answer.status == 401)
            #expect(answer.reason == "token-too-large")
        }
    }

    @Test(
        "two credentials are none: 400 invalid_request",
        arguments: [
            ["Authorization: Bearer a", "Authorization: Bearer b"],
            ["Authorization: Bearer a", "authorization: Bearer a"],
            ["Authorization: Basic a", "Authorization: Bearer b"],
            ["Authorization: Bearer a b"],
        ]
    )
    func ambiguous(lines: [String]) async throws {
        try await Gate.run { gate in
            let answer = try await gate.request("GET", "/public/page", lines)
            #expect(answer.status == 400)
            #expect(answer["WWW-Authenticate"]?.contains(#"error="invalid_request""#) == true)
            #expect(gate.upstream.connections == 0)
        }
    }
}
