import JSON
import TokenSigning
import TokenVerify

extension NumericDate {
    /// 2026-09-21T14:13:20Z, the moment at which the tests take place.
    static let now = NumericDate(seconds: 1_790_000_000)
}

extension JSONObject {
    /// The claims of an ordinary token that is good at ``NumericDate/now``.
    static let ordinary: JSONObject = [
        "iss": "https://id.example.com", "sub": "0b9a3c1e", "aud": "api",
        "exp": 1_790_000_600, "iat": 1_790_000_000,
    ]

    /// These claims, with some replaced, or left out where nil.
    func with(_ changes: KeyValuePairs<String, JSONValue?>) -> JSONObject {
        var object = self
        for (name, value) in changes {
            object[name] = value
        }
        return object
    }
}

extension TokenExpectations {
    static let ordinary = TokenExpectations(issuer: "https://id.example.com", audiences: ["api"])
}

extension SigningKey {
    /// One key per algorithm, made once; those of RSA share one pair, which takes long to find.
    private static let shared: [SignatureAlgorithm: SigningKey] = {
        var keys: [SignatureAlgorithm: SigningKey] = [:]
        let pair = try? SigningKey.generate(.rs256).privateJWK()
        for algorithm in SignatureAlgorithm.allCases {
            let keyID = "key-\(algorithm.rawValue)"
            switch algorithm {
            case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
                let named = pair?.with(["kid": .string(keyID)]) ?? [:]
                keys[algorithm] = try? SigningKey(jwk: named, algorithm: algorithm)
            case .es256, .es384, .es512, .edDSA, .hs256, .hs384, .hs512:
                keys[algorithm] = try? .generate(algorithm, keyID: keyID)
            }
        }
        return keys
    }()

    static func shared(_ algorithm: SignatureAlgorithm) throws -> SigningKey {
        guard let key = self.shared[algorithm] else { throw SigningError.failed }
        return key
    }

    /// The key set that an issuer with just this key publishes.
    func publicSet() throws -> JSONWebKeySet {
        try JSONWebKeySet(parsing: JSONValue.object(Self.keySet([self])))
    }
}

extension JSONWebKeySet {
    init(parsing value: JSONValue) throws(KeySetError) {
        try self.init(parsing: Array(value.serialized().utf8))
    }
}

/// The code word with which a token is refused, or `valid`.
func verdict(
    _ token: String,
    keys: JSONWebKeySet,
    expecting expected: TokenExpectations = .ordinary,
    at now: NumericDate = .now
) -> String {
    do {
        _ = try TokenVerifier.verify(
            Array(token.utf8).span,
            keys: keys,
            expecting: expected,
            at: now
        )
        return "valid"
    } catch {
        return error.code
    }
}
