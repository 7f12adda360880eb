import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct JSONWebKeySetTests {
    @Test("what a set holds can be told without showing a key")
    func entries() throws {
        let keys = [try SigningKey.shared(.rs256), try .shared(.es384), try .shared(.edDSA)]
        let set = try JSONWebKeySet(parsing: .object(SigningKey.keySet(keys)))
        #expect(set.entries.map { $0.keyID } == ["key-RS256", "key-ES384", "key-EdDSA"])
        #expect(set.entries.map { $0.algorithms } == [[.rs256], [.es384], [.edDSA]])
        #expect(set.entries.allSatisfy { !$0.isSecret })
        #expect(!set.isEmpty)
        #expect(set.skipped.isEmpty)
    }

    @Test(
        "without an alg, the type of the key says which algorithms it may have",
        arguments: [
            (SignatureAlgorithm.rs256, "RS256 RS384 RS512 PS256 PS384 PS512"), (.es256, "ES256"),
            (.es384, "ES384"), (.es512, "ES512"), (.edDSA, "EdDSA"), (.hs256, "HS256"),
            (.hs384, "HS256 HS384"), (.hs512, "HS256 HS384 HS512"),
        ]
    )
    func algorithms(_ algorithm: SignatureAlgorithm, _ expected: String) throws {
        let key = try SigningKey.shared(algorithm).publicJWK().with(["alg": .none])
        let set = try JSONWebKeySet(parsing: .object(key))
        let names = set.entries.flatMap { $0.algorithms }.map { $0.rawValue }
        #expect(names.joined(separator: " ") == expected)
    }

    @Test("a malformed or unknown entry beside a good key is skipped, with its reason")
    func skipped() throws {
        let good = try SigningKey.shared(.es256).publicJWK()
        let entries = Self.defects.map { $0.entry } + [.object(good)]
        let set = try JSONWebKeySet(parsing: ["keys": .array(entries), "other": true])
        #expect(set.entries.map { $0.keyID } == ["key-ES256"])
        #expect(set.skipped.map { $0.defect } == Self.defects.map { $0.defect })
        #expect(set.skipped.map { $0.position } == Array(0..<Self.defects.count))
        let token = try SigningKey.shared(.es256).token(claims: .ordinary)
        #expect(verdict(token, keys: set) == "valid")
    }

    @Test("every reason to skip an entry occurs")
    func everyDefect() {
        #expect(Set(Self.defects.map { $0.defect }) == Set(KeyDefect.allCases))
        #expect(Set(KeyDefect.allCases.map { $0.code }).count == KeyDefect.allCases.count)
    }

    private static let defects: [(entry: JSONValue, defect: KeyDefect)] = [
        (7, .malformed),
        (.null, .malformed),
        ([], .malformed),
        ([:], .malformed),
        (["kty": 1], .malformed),
        (["kty": "RSA", "n": "AQAB"], .malformed),
        (["kty": "EC", "crv": "P-256", "x": "A A", "y": "AA"], .malformed),
        (["kty": "XYZ"], .typeUnknown),
        (["kty": "EC", "crv": "secp256k1"], .typeUnknown),
        (["kty": "OKP", "crv": "X25519"], .typeUnknown),
        (["kty": "OKP", "crv": "Ed448"], .typeUnknown),
        (["kty": "OKP", "crv": "Ed25519", "x": "AAAA"], .size),
        (["kty": "RSA", "n": "AQAB", "e": "AQAB"], .size),
        (["kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"], .size),
        (.edwards([UInt8](repeating: 0, count: 32)), .weak),
        (.edwards(edwardsPoint, ["use": "enc"]), .notForSignatures),
        (.edwards(edwardsPoint, ["key_ops": ["deriveKey"]]), .notForSignatures),
        (.edwards(edwardsPoint, ["alg": "ES256"]), .algorithmMismatch),
        (.edwards(edwardsPoint, ["alg": "Ed25519"]), .algorithmMismatch),
        (.edwards(edwardsPoint, ["kid": ""]), .keyIDInvalid),
        (.edwards(edwardsPoint, ["kid": false]), .keyIDInvalid),
    ]

    // The public key of RFC 8037 appendix A.2.
    private static let edwardsPoint =
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a".hexadecimal
}

extension JSONWebKeySetTests {
    @Test("a set without keys is empty, not wrong")
    func withoutKeys() throws {
        #expect(try JSONWebKeySet(parsing: ["keys": []]).isEmpty)
        #expect(JSONWebKeySet.empty.isEmpty)
    }

    @Test(
        "what is no set is refused whole",
        arguments: [
            "", "[]", "{}", "null", "keys", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":"x"}"#,
            #"{"keys":[]} x"#, #"{"keys":[],"keys":[]}"#, #"{"keys":[{"kty":"EC","kty":"oct"}]}"#,
            "\u{FEFF}{\"keys\":[]}",
        ]
    )
    func malformed(_ text: String) {
        #expect(throws: KeySetError.malformed) { try JSONWebKeySet(parsing: Array(text.utf8)) }
    }

    @Test(
        "a secret beside a public key is refused whole, whatever else is wrong with either",
        arguments: ["RSA", "EC", "OKP"]
    )
    func mixed(_ type: String) throws {
        let secret = try SigningKey.shared(.hs256).publicJWK()
        let keys: JSONValue = ["keys": [["kty": .string(type)], .object(secret)]]
        #expect(throws: KeySetError.mixed) { try JSONWebKeySet(parsing: keys) }
        let broken: JSONValue = ["keys": [["kty": "oct"], ["kty": .string(type)]]]
        #expect(throws: KeySetError.mixed) { try JSONWebKeySet(parsing: broken) }
    }

    @Test func tooLarge() {
        let text = [UInt8](repeating: 0x20, count: 101)
        #expect(throws: KeySetError.tooLarge) {
            try JSONWebKeySet(parsing: text, maximumBytes: 100)
        }
    }

    @Test func tooManyKeys() {
        let keys = [JSONValue](repeating: [:], count: 257)
        #expect(throws: KeySetError.tooManyKeys) {
            try JSONWebKeySet(parsing: ["keys": .array(keys)])
        }
    }

    @Test("a secret answers to any key ID, or to the one it was given")
    func secret() throws {
        let bytes = [UInt8](repeating: 7, count: 40)
        let unnamed = try JSONWebKeySet(hmacSecret: bytes)
        let named = try JSONWebKeySet(hmacSecret: bytes, keyID: "mine")
        #expect(unnamed.entries.map { $0.isSecret } == [true])
        for (keyID, code) in [(nil, "valid"), ("mine", "valid"), ("other", "token-unknown-key")] {
            let token = try SigningKey(secret: bytes, keyID: keyID).token(claims: .ordinary)
            #expect(verdict(token, keys: unnamed) == "valid")
            #expect(verdict(token, keys: named) == code)
        }
    }

    @Test("a short secret is refused", arguments: [0, 1, 31])
    func shortSecret(_ count: Int) {
        #expect(throws: KeySetError.secretTooShort) {
            try JSONWebKeySet(hmacSecret: [UInt8](repeating: 7, count: count))
        }
    }

    @Test("a secret joined to public keys signs nothing in their place")
    func merged() throws {
        let secret = [UInt8](repeating: 7, count: 40)
        let publicKey = try SigningKey.shared(.rs256)
        let keys = try JSONWebKeySet(hmacSecret: secret).merging(publicKey.publicSet())
        #expect(keys.entries.count == 2)
        #expect(verdict(try publicKey.token(claims: .ordinary), keys: keys) == "valid")
        let signer = SigningKey(secret: secret, keyID: "key-RS256")
        #expect(verdict(try signer.token(claims: .ordinary), keys: keys) == "valid")
        let pem = Array(try publicKey.publicPEM().utf8)
        let forger = SigningKey(secret: pem, keyID: "key-RS256")
        #expect(verdict(try forger.token(claims: .ordinary), keys: keys) == "signature-invalid")
    }

    @Test("code words and descriptions differ from each other")
    func errorCodes() {
        let errors = KeySetError.allCases
        #expect(Set(errors.map { $0.code }).count == errors.count)
        #expect(Set(errors.map { $0.description }).count == errors.count)
    }
}

extension JSONValue {
    fileprivate static func edwards(_ point: [UInt8], _ changes: JSONObject = [:]) -> JSONValue {
        var key: JSONObject = ["kty": "OKP", "crv": "Ed25519"]
        key["x"] = .string(Base64URL.encode(point))
        for member in changes {
            key[member.name] = member.value
        }
        return .object(key)
    }
}
