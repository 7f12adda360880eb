import JSON
import Testing
import TokenSigning
import TokenVerify

/// Tokens whose payload need not be a claims set.
@Suite struct SignatureOnlyTests {
    @Test(
        "any payload passes, an empty one too",
        arguments: ["", "hello", "{}", "{\"a\":1,\"a\":2}", "\0\u{FEFF}", "[1]"]
    )
    func payload(_ payload: String) throws {
        let key = try SigningKey.shared(.ps256)
        let token = try key.token(header: key.header, payload: payload)
        let verified = try Self.verify(token, key)
        #expect(verified.bytes == Array(payload.utf8))
        #expect(verified.header.algorithm == .ps256)
    }

    @Test(
        "the header is judged as ever",
        arguments: [
            ("critical-header", #"{"alg":"PS256","crit":["b64"],"b64":false}"#),
            ("payload-unencoded", #"{"alg":"PS256","b64":false}"#),
            ("token-nested", #"{"alg":"PS256","cty":"JWT"}"#),
            ("token-type", #"{"alg":"PS256","typ":"logout+jwt"}"#),
            ("algorithm-none", #"{"alg":"none"}"#),
            ("algorithm-not-allowed", #"{"alg":"RS256"}"#),
            ("token-unknown-key", #"{"alg":"PS256","kid":"other"}"#),
        ]
    )
    func header(_ code: String, _ header: String) throws {
        let key = try SigningKey.shared(.ps256)
        let token = try key.token(header: header, payload: "hello")
        let error = #expect(throws: TokenRejection.self) { try Self.verify(token, key) }
        #expect(error?.code == code)
    }

    @Test func wrongSignature() throws {
        let key = try SigningKey.shared(.ps256)
        let token = try key.token(header: key.header, payload: "hello")
        #expect(throws: TokenRejection.signatureInvalid) {
            try Self.verify(token.replacing(segment: 1, with: "aGVsbA"), key)
        }
    }

    private static func verify(_ token: String, _ key: SigningKey) throws -> VerifiedPayload {
        try TokenVerifier.verifySignature(
            Array(token.utf8).span,
            keys: key.publicSet(),
            expecting: TokenExpectations()
        )
    }
}
