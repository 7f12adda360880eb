import JSON
import Testing
import TokenSigning
import TokenVerify

/// One way to attack, and the code word with which it must fail.
struct Refusal: CustomTestStringConvertible, Sendable {
    let name: String
    let code: String
    let expected: TokenExpectations
    let token: @Sendable () throws -> String
    let keys: @Sendable () throws -> JSONWebKeySet

    init(
        _ name: String,
        _ code: String,
        expecting expected: TokenExpectations = .ordinary,
        keys: @escaping @Sendable () throws -> JSONWebKeySet = {
            try SigningKey.shared(.es256).publicSet()
        },
        token: @escaping @Sendable () throws -> String
    ) {
        self.name = name
        self.code = code
        self.expected = expected
        self.token = token
        self.keys = keys
    }

    /// A properly signed token whose header has these members beside `alg` and `kid`.
    static func header(_ name: String, _ code: String, _ members: JSONObject) -> Refusal {
        Refusal(name, code) {
            try SigningKey.shared(.es256).token(claims: .ordinary, header: members)
        }
    }

    /// A properly signed token whose header is this text.
    static func headerText(_ name: String, _ code: String, _ text: String) -> Refusal {
        Refusal(name, code) {
            try SigningKey.shared(.es256)
                .token(header: text, payload: JSONValue.object(.ordinary).serialized())
        }
    }

    /// A properly signed token whose claims are changed in this way.
    static func claims(
        _ name: String,
        _ code: String,
        _ changes: KeyValuePairs<String, JSONValue?>
    ) -> Refusal {
        let claims = JSONObject.ordinary.with(changes)
        return Refusal(name, code) { try SigningKey.shared(.es256).token(claims: claims) }
    }

    /// A properly signed token whose payload is this text.
    static func payload(_ name: String, _ code: String, _ text: String) -> Refusal {
        self.payload(name, code, Array(text.utf8))
    }

    static func payload(_ name: String, _ code: String, _ bytes: [UInt8]) -> Refusal {
        Refusal(name, code) {
            let key = try SigningKey.shared(.es256)
            return try key.token(header: Array(key.header.utf8), payload: bytes)
        }
    }

    /// An ordinary token whose text is changed in this way.
    static func text(
        _ name: String,
        _ code: String,
        _ change: @escaping @Sendable (String) throws -> String
    ) -> Refusal {
        Refusal(name, code) {
            try change(SigningKey.shared(.es256).token(claims: .ordinary))
        }
    }

    /// Expects the code word that the table promises.
    func check() throws {
        let token = try self.token()
        #expect(verdict(token, keys: try self.keys(), expecting: self.expected) == self.code)
    }

    var testDescription: String {
        "\(self.name): \(self.code)"
    }
}

extension SigningKey {
    /// The header of this key's ordinary tokens.
    var header: String {
        #"{"alg":"\#(self.algorithm.rawValue)","kid":"\#(self.keyID ?? "")","typ":"JWT"}"#
    }
}

extension String {
    /// The segments of a token.
    var segments: [String] {
        self.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
    }

    /// A token with one of its segments replaced.
    func replacing(segment position: Int, with text: String) -> String {
        var segments = self.segments
        segments[position] = text
        return segments.joined(separator: ".")
    }
}
