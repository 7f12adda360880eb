import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct TokenVerifierTests {
    @Test("a token of every algorithm verifies", arguments: SignatureAlgorithm.allCases)
    func everyAlgorithm(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let token = try key.token(claims: .ordinary)
        #expect(verdict(token, keys: try key.publicSet()) == "valid")
    }

    @Test("a flipped bit in the signature is refused", arguments: SignatureAlgorithm.allCases)
    func flippedSignature(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let token = try key.token(claims: .ordinary)
        var signature = try #require(Base64URL.decode(token.segments[2]))
        signature[10] ^= 1
        let forged = token.replacing(segment: 2, with: Base64URL.encode(signature))
        #expect(verdict(forged, keys: try key.publicSet()) == "signature-invalid")
    }

    @Test("a token of one algorithm is none of another's", arguments: SignatureAlgorithm.allCases)
    func foreignKey(_ algorithm: SignatureAlgorithm) throws {
        let token = try SigningKey.shared(algorithm).token(claims: .ordinary)
        for other in SignatureAlgorithm.allCases where other != algorithm {
            let key = try SigningKey.shared(other)
            #expect(verdict(token, keys: try key.publicSet()) == "token-unknown-key")
            var named = try key.publicJWK()
            named["kid"] = .string("key-\(algorithm.rawValue)")
            let keys = try JSONWebKeySet(parsing: ["keys": [.object(named)]])
            #expect(verdict(token, keys: keys) == "algorithm-not-allowed")
        }
    }

    @Test("what was verified can be read")
    func claims() throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(
            claims: .ordinary.with([
                "aud": ["web", "api"], "nbf": 1_789_999_990.5, "amr": [["method": "totp"]],
                "app_metadata": ["roles": ["admin"], "a.b": 1],
            ])
        )
        let verified = try Self.verify(token, key)
        #expect(verified.header.algorithm == .es256)
        #expect(verified.header.keyID == "key-ES256")
        #expect(verified.header.type == "JWT")
        #expect(verified.expiresAt == NumericDate(seconds: 1_790_000_600))
        #expect(verified.claims.issuer == "https://id.example.com")
        #expect(verified.claims.subject == "0b9a3c1e")
        #expect(verified.claims.audience == ["web", "api"])
        #expect(verified.claims.issuedAt == .now)
        #expect(verified.claims.notBefore == NumericDate(microseconds: 1_789_999_990_500_000))
        #expect(verified.claims["amr"] == [["method": "totp"]])
        #expect(verified.claims.value(at: ["app_metadata", "roles"]) == ["admin"])
        #expect(verified.claims.value(at: ["app_metadata", "a.b"]) == 1)
        #expect(verified.claims.value(at: ["app_metadata", "none", "deeper"]) == nil)
        #expect(verified.claims.value(at: []) == .object(verified.claims.object))
        #expect(verified.claims.object.names.first == "iss")
    }

    @Test("an expired token is kept apart, with its claims, if all else is right")
    func expired() throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: .ordinary.with(["exp": 1_789_000_000]))
        let assessment = try TokenVerifier.assess(
            UnverifiedToken(parsing: token),
            keys: try key.publicSet(),
            expecting: .ordinary,
            at: .now
        )
        guard case .expired(let expired) = assessment else {
            Issue.record("not expired")
            return
        }
        #expect(expired.claims.subject == "0b9a3c1e")
        #expect(expired.header.keyID == "key-ES256")
    }

    @Test(
        "an expired token that is wrong in another respect is refused for that",
        arguments: [
            ("issuer-mismatch", "iss"), ("audience-mismatch", "aud"),
            ("token-not-yet-valid", "nbf"),
            ("token-issued-in-future", "iat"),
        ]
    )
    func expiredAndWrong(_ code: String, _ claim: String) throws {
        let key = try SigningKey.shared(.es256)
        var claims = JSONObject.ordinary.with(["exp": 1_789_000_000])
        claims[claim] = ["iss", "aud"].contains(claim) ? "another" : 1_791_000_000
        #expect(verdict(try key.token(claims: claims), keys: try key.publicSet()) == code)
    }

    @Test("the signature is judged before the claims")
    func order() throws {
        let key = try SigningKey.shared(.es256)
        let forger = try SigningKey.generate(.es256, keyID: key.keyID)
        let token = try forger.token(header: key.header, payload: "no claims at all")
        #expect(verdict(token, keys: try key.publicSet()) == "signature-invalid")
    }

    @Test("the leeway can be changed", arguments: [(0, "token-expired"), (101, "valid")])
    func leeway(_ seconds: Int, _ code: String) throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: .ordinary.with(["exp": 1_789_999_900]))
        let expected = TokenExpectations(leeway: seconds)
        #expect(verdict(token, keys: try key.publicSet(), expecting: expected) == code)
    }

    @Test("one of several audiences suffices")
    func severalAudiences() throws {
        let key = try SigningKey.shared(.es256)
        let expected = TokenExpectations(audiences: ["web", "api"])
        let token = try key.token(claims: .ordinary)
        #expect(verdict(token, keys: try key.publicSet(), expecting: expected) == "valid")
    }

    @Test("without a key ID the one key that fits is used")
    func withoutKeyID() throws {
        let keys = [try SigningKey.shared(.es256), try .shared(.rs256), try .shared(.edDSA)]
        let set = try JSONWebKeySet(parsing: .object(SigningKey.keySet(keys)))
        for key in keys {
            let token = try key.token(
                header: #"{"alg":"\#(key.algorithm.rawValue)"}"#,
                payload: JSONValue.object(.ordinary).serialized()
            )
            #expect(verdict(token, keys: set) == "valid")
        }
    }

    private static func verify(_ token: String, _ key: SigningKey) throws -> VerifiedToken {
        try TokenVerifier.verify(
            UnverifiedToken(parsing: token),
            keys: key.publicSet(),
            expecting: .ordinary,
            at: .now
        )
    }
}

extension TokenVerifierTests {
    @Test("a header seen in advance and one that is read mean the same")
    func familiarHeader() throws {
        let key = try SigningKey.shared(.es256)
        let keys = try key.publicSet()
        let payload = JSONValue.object(.ordinary).serialized()
        for header in [
            #"{"alg":"ES256","kid":"key-ES256","typ":"JWT"}"#,
            #"{"alg":"ES256","typ":"JWT","kid":"key-ES256"}"#,
            #"{ "alg":"ES256","kid":"key-ES256","typ":"JWT"}"#,
            #"{"kid":"key-ES256","alg":"ES256"}"#,
        ] {
            let token = try key.token(header: header, payload: payload)
            #expect(verdict(token, keys: keys) == "valid")
            let required = TokenExpectations(tokenType: .accessToken)
            #expect(verdict(token, keys: keys, expecting: required) == "token-type")
            let others = TokenExpectations(algorithms: [.es384])
            #expect(verdict(token, keys: keys, expecting: others) == "algorithm-not-allowed")
        }
    }

    @Test("a token may be as large as the limit and no larger")
    func size() throws {
        let key = try SigningKey.shared(.es256)
        let keys = try key.publicSet()
        let filler = String(repeating: "x", count: 20_000)
        let token = try key.token(claims: .ordinary.with(["filler": .string(filler)]))
        let count = token.utf8.count
        for (limit, code) in [(count, "valid"), (count - 1, "token-too-large")] {
            let expected = TokenExpectations(limits: TokenLimits(maximumBytes: limit))
            #expect(verdict(token, keys: keys, expecting: expected) == code)
        }
    }

    @Test(
        "one key set serves many tasks at once",
        arguments: [SignatureAlgorithm.rs256, .ps384, .es256, .es512, .edDSA]
    )
    func concurrentUse(_ algorithm: SignatureAlgorithm) async throws {
        let key = try SigningKey.shared(algorithm)
        let keys = try key.publicSet()
        let good = try key.token(claims: .ordinary)
        let bad = try SigningKey.generate(algorithm, keyID: key.keyID).token(claims: .ordinary)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<40).allSatisfy { _ in
                        verdict(good, keys: keys) == "valid"
                            && verdict(bad, keys: keys) == "signature-invalid"
                    }
                }
            }
            for await isRight in group {
                #expect(isRight)
            }
        }
    }
}
