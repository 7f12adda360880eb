import JSON
import Testing
import TokenSigning
import TokenVerify

/// Keys that must never verify a token, and sets that leave open which key is meant.
@Suite struct KeyAttackTests {
    static let refusals: [Refusal] = ambiguous + contradicting + unsafeKeys + smallOrder

    @Test(arguments: refusals)
    func isRefused(_ refusal: Refusal) throws {
        try refusal.check()
    }

    private static let ambiguous: [Refusal] = [
        Refusal("an empty set", "token-unknown-key", keys: { .empty }, token: { try es256() }),
        Refusal(
            "two keys of one ID",
            "key-ambiguous",
            keys: {
                let other = try SigningKey.generate(.es256, keyID: "key-ES256")
                return try set([SigningKey.shared(.es256), other])
            },
            token: { try es256() }
        ),
        Refusal(
            "a broken key of the same ID",
            "key-ambiguous",
            keys: {
                let key = try SigningKey.shared(.es256).publicJWK()
                return try set([key, key.with(["x": "AA"])])
            },
            token: { try es256() }
        ),
        Refusal(
            "two keys that fit, and no ID in the token",
            "key-ambiguous",
            keys: {
                let other = try SigningKey.generate(.es256, keyID: "other")
                return try set([SigningKey.shared(.es256), other])
            },
            token: { try nameless(.es256) }
        ),
        Refusal(
            "no key that fits, and no ID in the token",
            "algorithm-not-allowed",
            keys: {
                try set([SigningKey.shared(.es384), SigningKey.shared(.rs256)])
            },
            token: { try nameless(.es256) }
        ),
        Refusal(
            "an ID in the token, none in the set",
            "token-unknown-key",
            keys: {
                try set([SigningKey.shared(.es256).publicJWK().with(["kid": .none])])
            },
            token: { try es256() }
        ),
    ]

    private static let contradicting: [Refusal] = [
        changed("use enc", ["use": "enc"]),
        changed("use a number", ["use": 1]),
        changed("use in another case", ["use": "SIG"]),
        changed("key_ops only sign", ["key_ops": ["sign"]]),
        changed("key_ops of another purpose", ["key_ops": ["verify", "encrypt"]]),
        changed("key_ops empty", ["key_ops": []]),
        changed("key_ops a string", ["key_ops": "verify"]),
        changed("use and key_ops at odds", ["key_ops": ["wrapKey"]]),
        changed("alg of another curve", ["alg": "ES384"]),
        changed("alg of another type", ["alg": "RS256"]),
        changed("alg of a secret", ["alg": "HS256"]),
        changed("alg none", ["alg": "none"]),
        changed("alg null", ["alg": .some(.null)]),
        changed("kty of another type", ["kty": "RSA"]),
        changed("kty missing", ["kty": .none]),
        changed("kty in another case", ["kty": "ec"]),
        changed("crv of another size", ["crv": "P-384"]),
        changed("crv unknown", ["crv": "secp256k1"]),
        changed("x missing", ["x": .none]),
        changed("x with padding", ["x": "AAAA="]),
        changed("a point off the curve", ["x": .string(Base64URL.encode(ones))]),
        changed("kid empty", ["kid": ""]),
        changed("kid a number", ["kid": 7]),
    ]

    private static func changed(
        _ name: String,
        _ changes: KeyValuePairs<String, JSONValue?>
    ) -> Refusal {
        let changes = Array(changes.map { ($0.key, $0.value) })
        return Refusal(
            name,
            "token-unknown-key",
            keys: {
                var key = try SigningKey.shared(.es256).publicJWK()
                for (name, value) in changes {
                    key[name] = value
                }
                return try set([key])
            },
            token: { try es256() }
        )
    }

    // CVE-2026-107720, CVE-2026-44699: an empty key, or one that becomes empty.
    private static let unsafeKeys: [Refusal] = [
        Refusal(
            "an empty secret",
            "token-unknown-key",
            keys: { try secretSet("") },
            token: { try SigningKey(secret: [], keyID: "s").token(claims: .ordinary) }
        ),
        Refusal(
            "a secret of 31 bytes",
            "token-unknown-key",
            keys: {
                try secretSet(Base64URL.encode(Array(ones.dropLast())))
            },
            token: { try SigningKey(secret: ones.dropLast(), keyID: "s").token(claims: .ordinary) }
        ),
        Refusal(
            "a secret too short for HS512",
            "algorithm-not-allowed",
            keys: {
                try secretSet(Base64URL.encode(ones))
            },
            token: {
                try SigningKey(secret: ones, algorithm: .hs512, keyID: "s").token(claims: .ordinary)
            }
        ),
        Refusal(
            "RSA of 1024 bits",
            "token-unknown-key",
            keys: {
                try set([try rsa().with(["n": number(0xFF, count: 128)])])
            },
            token: { try SigningKey.shared(.rs256).token(claims: .ordinary) }
        ),
        Refusal(
            "RSA with an even modulus",
            "token-unknown-key",
            keys: {
                try set([try rsa().with(["n": number(0xFE, count: 256)])])
            },
            token: { try SigningKey.shared(.rs256).token(claims: .ordinary) }
        ),
        Refusal(
            "RSA with exponent 1",
            "token-unknown-key",
            keys: {
                try set([try rsa().with(["e": "AQ"])])
            },
            token: { try SigningKey.shared(.rs256).token(claims: .ordinary) }
        ),
        Refusal(
            "RSA with an even exponent",
            "token-unknown-key",
            keys: {
                try set([try rsa().with(["e": "AQAA"])])
            },
            token: { try SigningKey.shared(.rs256).token(claims: .ordinary) }
        ),
        Refusal(
            "RSA without its modulus",
            "token-unknown-key",
            keys: {
                try set([try rsa().with(["n": ""])])
            },
            token: { try SigningKey.shared(.rs256).token(claims: .ordinary) }
        ),
    ]

    private static let smallOrder: [Refusal] = EdwardsPoints.smallOrder.map { point in
        Refusal(
            "Ed25519 point of small order \(point.first ?? 0)",
            "token-unknown-key",
            keys: {
                let key = try SigningKey.shared(.edDSA).publicJWK()
                return try set([key.with(["x": .string(Base64URL.encode(point))])])
            },
            token: { try SigningKey.shared(.edDSA).token(claims: .ordinary) }
        )
    }

    private static func number(_ byte: UInt8, count: Int) -> JSONValue {
        .string(Base64URL.encode([UInt8](repeating: byte, count: count)))
    }

    private static let ones = [UInt8](repeating: 1, count: 32)

    private static func es256() throws -> String {
        try SigningKey.shared(.es256).token(claims: .ordinary)
    }

    private static func nameless(_ algorithm: SignatureAlgorithm) throws -> String {
        try SigningKey.shared(algorithm).token(
            header: #"{"alg":"\#(algorithm.rawValue)"}"#,
            payload: JSONValue.object(.ordinary).serialized()
        )
    }

    private static func rsa() throws -> JSONObject {
        try SigningKey.shared(.rs256).publicJWK()
    }

    private static func secretSet(_ secret: String) throws -> JSONWebKeySet {
        try set([["kty": "oct", "kid": "s", "k": .string(secret)]])
    }

    private static func set(_ keys: [SigningKey]) throws -> JSONWebKeySet {
        try JSONWebKeySet(parsing: .object(SigningKey.keySet(keys)))
    }

    private static func set(_ keys: [JSONObject]) throws -> JSONWebKeySet {
        try JSONWebKeySet(parsing: ["keys": .array(keys.map { .object($0) })])
    }
}

/// The encodings of the points of Ed25519 whose order divides 8.
enum EdwardsPoints {
    static let smallOrder: [[UInt8]] = [
        [1] + [UInt8](repeating: 0, count: 31),
        [1] + [UInt8](repeating: 0, count: 30) + [0x80],
        [UInt8](repeating: 0, count: 32),
        [UInt8](repeating: 0, count: 31) + [0x80],
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xEC] + [UInt8](repeating: 0xFF, count: 31),
        [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05".hexadecimal,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85".hexadecimal,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a".hexadecimal,
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa".hexadecimal,
    ]
}
