import JSON
import Testing
import TokenVerify

/// The vectors of C2SP/wycheproof, every one of them.
@Suite struct WycheproofTests {
    /// Vectors that we decide otherwise, by file and `tcId`, with the reason.
    private static let decidedOtherwise: [String: [Int64: String]] = [
        "json_web_signature_test": [
            346: "valid although the header's algorithm is not the key's",
            347: "valid although `ES521` is no algorithm, so that the key is skipped",
            350: "valid although the header's algorithm is not the key's",
            351: "valid although `ES521` is no algorithm, so that the key is skipped",
            367: "invalid, yet byte for byte the valid vector 357",
            370: "invalid, yet byte for byte the valid vector 357",
            372: "valid although a segment holds a `?`",
            373: "valid although a segment holds a `?`",
        ]
    ]

    @Test(arguments: [
        ("json_web_signature_test", 401), ("json_web_key_test", 26),
    ])
    func tokens(_ name: String, count: Int) throws {
        var seen = 0
        for group in try Vectors.groups(name) {
            let keys = group["public"] ?? group["private"] ?? .null
            for vector in group["tests"]?.arrayValue ?? [] {
                let isValid = Self.isValid(jws: vector["jws"] ?? .null, keys: keys)
                Self.compare(vector, in: name, isValid)
                seen += 1
            }
        }
        #expect(seen == count)
    }

    @Test(arguments: [
        Primitive("ecdsa_secp256r1_sha256_p1363_test", "ES256", count: 262),
        Primitive("ed25519_test", "EdDSA", count: 151),
        Primitive("rsa_pss_2048_sha256_mgf1_32_test", "PS256", count: 108),
        Primitive("rsa_signature_2048_sha256_test", "RS256", count: 259),
    ])
    func signatures(_ primitive: Primitive) throws {
        var seen = 0
        for group in try Vectors.groups(primitive.file) {
            let pem = Array((group["publicKeyPem"]?.stringValue ?? "").utf8)
            for vector in group["tests"]?.arrayValue ?? [] {
                Self.compare(vector, in: primitive.file, Self.isValid(vector, pem, primitive))
                seen += 1
            }
        }
        #expect(seen == primitive.count)
    }
}

/// A file of raw messages, signatures and keys.
struct Primitive: CustomTestStringConvertible {
    let file: String
    let algorithm: SignatureAlgorithm?
    let count: Int

    init(_ file: String, _ algorithm: String, count: Int) {
        self.file = file
        self.algorithm = SignatureAlgorithm(rawValue: algorithm)
        self.count = count
    }

    var testDescription: String {
        self.file
    }
}

extension WycheproofTests {
    private static func compare(_ vector: JSONValue, in file: String, _ isValid: Bool) {
        let identifier = vector["tcId"]?.integerValue ?? 0
        let isPublishedValid = vector["result"]?.stringValue == "valid"
        let isExpected = isPublishedValid != (self.decidedOtherwise[file]?[identifier] != nil)
        #expect(isValid == isExpected, "\(file) \(identifier)")
    }

    private static func isValid(jws: JSONValue, keys: JSONValue) -> Bool {
        do {
            let keys = try JSONWebKeySet(parsing: keys.bytes)
            _ = try TokenVerifier.verifySignature(
                Array((jws.stringValue ?? jws.serialized()).utf8).span,
                keys: keys,
                expecting: TokenExpectations()
            )
            return true
        } catch {
            return false
        }
    }

    private static func isValid(
        _ vector: JSONValue,
        _ pem: [UInt8],
        _ primitive: Primitive
    ) -> Bool {
        guard let keys = try? JSONWebKeySet(pem: pem), let algorithm = primitive.algorithm else {
            return false
        }
        return keys.hasKey(
            validating: vector["sig"]?.hexadecimal ?? [],
            over: vector["msg"]?.hexadecimal ?? [],
            using: algorithm
        )
    }
}
