import JSON
import Testing
import TokenSigning
import TokenVerify

/// What a token that is properly signed may get wrong in its claims.
@Suite struct ClaimsAttackTests {
    static let refusals: [Refusal] = dates + windows + audiences + issuers + types + forms

    @Test(arguments: refusals)
    func isRefused(_ refusal: Refusal) throws {
        try refusal.check()
    }

    private static let dates: [Refusal] = ["exp", "nbf", "iat"].flatMap { name in
        wrongDates.map { wrong in
            let payload = ordinary(replacing: name, with: wrong.text)
            return Refusal.payload("\(name) \(wrong.kind)", wrong.code, payload)
        }
    }

    private static let wrongDates: [(kind: String, text: String, code: String)] = [
        ("a string", #""1790000000""#, "claims-invalid"),
        ("a boolean", "true", "claims-invalid"),
        ("null", "null", "claims-invalid"),
        ("an array", "[1790000000]", "claims-invalid"),
        ("negative", "-1", "claims-invalid"),
        ("in milliseconds", "1790000000000", "claims-invalid"),
        ("the largest integer", "9223372036854775807", "claims-invalid"),
        ("a huge real", "1e300", "claims-invalid"),
        ("a negative fraction", "-0.5", "claims-invalid"),
        ("beyond 64 bits", "92233720368547758070", "claims-malformed"),
        ("beyond a double", "1e999", "claims-malformed"),
        ("not a number", "NaN", "claims-malformed"),
        ("hexadecimal", "0x6AB13B80", "claims-malformed"),
    ]

    private static let windows: [Refusal] = [
        .claims("exp missing", "expiry-missing", ["exp": .none]),
        .claims("expired by the leeway", "token-expired", ["exp": 1_789_999_970]),
        .claims("expired by a fraction", "token-expired", ["exp": 1_789_999_969.5]),
        .claims("expired long ago", "token-expired", ["exp": 0]),
        .claims("nbf beyond the leeway", "token-not-yet-valid", ["nbf": 1_790_000_031]),
        .claims("nbf a fraction beyond", "token-not-yet-valid", ["nbf": 1_790_000_030.5]),
        .claims("iat beyond the leeway", "token-issued-in-future", ["iat": 1_790_000_031]),
        .claims(
            "not yet valid and expired",
            "token-not-yet-valid",
            ["exp": 1_789_000_000, "nbf": 1_791_000_000]
        ),
    ]

    // CVE-2020-26160: an array where a string was thought of.
    private static let audiences: [Refusal] = [
        .claims("aud missing", "audience-mismatch", ["aud": .none]),
        .claims("aud empty", "audience-mismatch", ["aud": ""]),
        .claims("aud an empty array", "audience-mismatch", ["aud": []]),
        .claims("aud a prefix", "audience-mismatch", ["aud": "ap"]),
        .claims("aud longer", "audience-mismatch", ["aud": "api2"]),
        .claims("aud in another case", "audience-mismatch", ["aud": "API"]),
        .claims("aud a list in a string", "audience-mismatch", ["aud": "api,web"]),
        .claims("aud of others", "audience-mismatch", ["aud": ["web", "mobile"]]),
        .claims("aud null", "claims-invalid", ["aud": .some(.null)]),
        .claims("aud a number", "claims-invalid", ["aud": 1]),
        .claims("aud an object", "claims-invalid", ["aud": ["api": true]]),
        .claims("aud with a number beside ours", "claims-invalid", ["aud": ["api", 1]]),
        .claims("aud with null beside ours", "claims-invalid", ["aud": ["api", .null]]),
        .claims("aud nested", "claims-invalid", ["aud": [["api"]]]),
    ]

    private static let issuers: [Refusal] = [
        .claims("iss missing", "issuer-mismatch", ["iss": .none]),
        .claims("iss empty", "issuer-mismatch", ["iss": ""]),
        .claims("iss with a slash", "issuer-mismatch", ["iss": "https://id.example.com/"]),
        .claims("iss longer", "issuer-mismatch", ["iss": "https://id.example.com.evil.test"]),
        .claims("iss a prefix", "issuer-mismatch", ["iss": "https://id.example.co"]),
        .claims("iss in another case", "issuer-mismatch", ["iss": "https://ID.example.com"]),
        .claims("iss with http", "issuer-mismatch", ["iss": "http://id.example.com"]),
        .claims(
            "iss with user info",
            "issuer-mismatch",
            ["iss": "https://id.example.com@evil.test"]
        ),
        .claims("iss an array", "claims-invalid", ["iss": ["https://id.example.com"]]),
        .claims("iss null", "claims-invalid", ["iss": .some(.null)]),
        Refusal(
            "iss equal only after Unicode normalisation",
            "issuer-mismatch",
            expecting: TokenExpectations(issuer: "https://caf\u{E9}.example")
        ) {
            let claims = JSONObject.ordinary.with(["iss": "https://cafe\u{301}.example"])
            return try SigningKey.shared(.es256).token(claims: claims)
        },
    ]

    private static let types: [Refusal] = [
        .claims("sub a number", "claims-invalid", ["sub": 7]),
        .claims("sub null", "claims-invalid", ["sub": .some(.null)]),
        .claims("sub an object", "claims-invalid", ["sub": ["id": 1]]),
        .claims("jti a number", "claims-invalid", ["jti": 7]),
        .claims("jti null", "claims-invalid", ["jti": .some(.null)]),
    ]

    private static let forms: [Refusal] = [
        .payload("empty", "claims-malformed", ""),
        .payload("not JSON", "claims-malformed", "hello"),
        .payload("an array", "claims-malformed", "[]"),
        .payload("a string", "claims-malformed", #""{}""#),
        .payload("null", "claims-malformed", "null"),
        .payload("two objects", "claims-malformed", #"{"exp":1790000600}{}"#),
        .payload("a NUL at the end", "claims-malformed", "{\"exp\":1790000600}\0"),
        .payload("a claim twice", "claims-malformed", #"{"sub":"a","exp":1790000600,"sub":"b"}"#),
        .payload("a claim twice inside", "claims-malformed", #"{"a":{"b":1,"b":2}}"#),
        .payload("a BOM", "claims-malformed", "\u{FEFF}{}"),
        .payload("an escaped NUL", "claims-malformed", #"{"sub":"a\u0000b"}"#),
        .payload("an escaped NUL in a name", "claims-malformed", #"{"sub\u0000":"a"}"#),
        .payload("a lone surrogate", "claims-malformed", #"{"sub":"\uDC00"}"#),
        .payload("a raw control byte", "claims-malformed", "{\"sub\":\"a\u{1}\"}"),
        .payload("overlong UTF-8", "claims-malformed", string(of: [0xC0, 0xAF])),
        .payload("a surrogate in UTF-8", "claims-malformed", string(of: [0xED, 0xA0, 0x80])),
        .payload("Latin-1", "claims-malformed", string(of: [0xE9])),
        .payload("UTF-16", "claims-malformed", [0x7B, 0, 0x7D, 0]),
        .payload("nested a little too deep", "claims-malformed", nested(32)),
        .payload("nested very deep", "claims-malformed", nested(5_000)),
        .payload("a giant number", "claims-malformed", giantNumber),
    ]

    private static let giantNumber = #"{"a":1\#(String(repeating: "0", count: 9_000))}"#

    private static func nested(_ depth: Int) -> String {
        let opening = String(repeating: "[", count: depth)
        return #"{"a":\#(opening)\#(String(repeating: "]", count: depth))}"#
    }

    private static func string(of bytes: [UInt8]) -> [UInt8] {
        Array(#"{"a":""#.utf8) + bytes + Array(#""}"#.utf8)
    }

    private static func ordinary(replacing name: String, with text: String) -> String {
        var claims = JSONObject.ordinary
        claims[name] = nil
        let others = JSONValue.object(claims).serialized().dropLast()
        return #"\#(others),"\#(name)":\#(text)}"#
    }
}

extension ClaimsAttackTests {
    struct Legal: CustomTestStringConvertible {
        let testDescription: String
        let changes: JSONObject

        init(_ name: String, _ changes: JSONObject) {
            self.testDescription = name
            self.changes = changes
        }
    }

    @Test(
        "what looks odd and is legal passes",
        arguments: [
            Legal("a fraction", ["exp": 1_790_000_000.25, "nbf": 1_789_999_999.75]),
            Legal("an exponent", ["exp": 1.7900006e9]),
            Legal("expired within the leeway", ["exp": 1_789_999_971]),
            Legal("nbf at the leeway", ["nbf": 1_790_000_030]),
            Legal("iat at the leeway", ["iat": 1_790_000_030]),
            Legal("a life of centuries", ["exp": 253_402_300_799, "iat": 0]),
            Legal("aud an array with ours", ["aud": ["web", "api"]]),
            Legal("aud an array of one", ["aud": ["api"]]),
            Legal("other claims of any type", ["aal": 2, "amr": .null, "role": ["x"]]),
            Legal("sub empty", ["sub": ""]),
        ]
    )
    func legal(_ legal: Legal) throws {
        let key = try SigningKey.shared(.es256)
        var claims = JSONObject.ordinary
        for member in legal.changes {
            claims[member.name] = member.value
        }
        #expect(verdict(try key.token(claims: claims), keys: try key.publicSet()) == "valid")
    }

    @Test("without expectations, issuer and audience are not asked")
    func withoutExpectations() throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: ["exp": 1_790_000_600])
        #expect(
            verdict(token, keys: try key.publicSet(), expecting: TokenExpectations()) == "valid"
        )
    }
}
