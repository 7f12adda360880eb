import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct SigningKeyTests {
    @Test("a private key survives as a JSON Web Key", arguments: SignatureAlgorithm.allCases)
    func jwk(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let copy = try SigningKey(jwk: try key.privateJWK())
        #expect(copy.algorithm == algorithm)
        #expect(copy.keyID == key.keyID)
        #expect(try copy.publicJWK() == key.publicJWK())
        #expect(verdict(try copy.token(claims: .ordinary), keys: try key.publicSet()) == "valid")
    }

    @Test(
        "a private key survives as PEM",
        arguments: SignatureAlgorithm.allCases.filter { !$0.isSymmetric }
    )
    func pem(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let text = Array(try key.privatePEM().utf8)
        let copy = try SigningKey(pem: text, algorithm: algorithm, keyID: key.keyID)
        #expect(verdict(try copy.token(claims: .ordinary), keys: try key.publicSet()) == "valid")
    }

    @Test("the public half tells nothing of the private one")
    func publicHalf() throws {
        for algorithm in SignatureAlgorithm.allCases where !algorithm.isSymmetric {
            let names = Set(try SigningKey.shared(algorithm).publicJWK().names)
            #expect(names.isDisjoint(with: ["d", "p", "q", "dp", "dq", "qi", "k"]))
        }
    }

    @Test("the example keys of RFC 7520 sign what the examples show")
    func cookbook() throws {
        let file = try Vectors.read("rfc7520/4_1.rsa_v15_signature.json")
        let members = try Vectors.read("rfc7520/3_4.rsa_private_key.json").objectValue ?? [:]
        let key = try SigningKey(jwk: members, algorithm: .rs256)
        let token = try #require(file["output"]?["compact"]).text
        let input = token.segments.prefix(2).joined(separator: ".")
        #expect(try key.signed(input) == token)
    }

    @Test("what is no private key is refused")
    func refused() throws {
        #expect(throws: SigningError.malformedKey(member: "alg")) {
            try SigningKey(jwk: ["kty": "EC"])
        }
        #expect(throws: SigningError.malformedKey(member: "kty")) {
            try SigningKey(jwk: ["alg": "ES256"])
        }
        #expect(throws: SigningError.malformedKey(member: "crv")) {
            try SigningKey(jwk: ["kty": "EC", "alg": "ES256"])
        }
        #expect(throws: SigningError.malformedKey(member: "d")) {
            try SigningKey(jwk: try SigningKey.shared(.rs256).publicJWK())
        }
        #expect(throws: SigningError.unusableKey) {
            try SigningKey(pem: Array("no key".utf8), algorithm: .rs256)
        }
        #expect(throws: SigningError.unusableKey) { try SigningKey(secret: []).publicPEM() }
    }

    @Test("a key that does not fit its algorithm signs nothing")
    func wrongAlgorithm() throws {
        let text = Array(try SigningKey.shared(.edDSA).privatePEM().utf8)
        let key = try SigningKey(pem: text, algorithm: .rs256)
        #expect(throws: SigningError.failed) { try key.token(claims: .ordinary) }
    }
}
