import JSON
import Testing
import TokenSigning
import TokenVerify

/// The examples that the standards print.
@Suite struct StandardExampleTests {
    struct Example: CustomTestStringConvertible {
        let testDescription: String
        let key: String
        let token: String
        let payload: String
    }

    private static let joe =
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"

    static let examples = [
        Example(
            testDescription: "RFC 7515 appendix A.1, HS256",
            key: #"""
                {"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0i\#
                PS4hcgUuTwjAzZr1Z9CAow"}
                """#,
            token: """
                eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
                eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
                """,
            payload: joe
        ),
        Example(
            testDescription: "RFC 7515 appendix A.3, ES256",
            key: #"""
                {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\#
                "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
                """#,
            token: """
                eyJhbGciOiJFUzI1NiJ9.\
                eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
                DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA\
                pmWQxfKTUJqPP3-Kg6NU1Q
                """,
            payload: joe
        ),
        Example(
            testDescription: "RFC 7515 appendix A.4, ES512",
            key: #"""
                {"kty":"EC","crv":"P-521",\#
                "x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4\#
                qUxcWceqwQGk",\#
                "y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9u\#
                bmf63e3kyMj2"}
                """#,
            token: """
                eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.\
                AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZq\
                wqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8Kp\
                EHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn
                """,
            payload: "Payload"
        ),
        Example(
            testDescription: "RFC 8037 appendix A.4, EdDSA",
            key: #"""
                {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
                """#,
            token: """
                eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
                hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
                """,
            payload: "Example of Ed25519 signing"
        ),
    ]

    @Test("the printed signature verifies", arguments: examples)
    func verifies(_ example: Example) throws {
        let keys = try JSONWebKeySet(parsing: Array(example.key.utf8))
        let verified = try TokenVerifier.verifySignature(
            Array(example.token.utf8).span,
            keys: keys,
            expecting: TokenExpectations()
        )
        #expect(verified.bytes == Array(example.payload.utf8))
    }

    @Test("RFC 7519 section 3.1: the example is a token, valid until its time")
    func jsonWebToken() throws {
        let example = Self.examples[0]
        let keys = try JSONWebKeySet(parsing: Array(example.key.utf8))
        let expected = TokenExpectations(issuer: "joe", leeway: 0)
        let times: [(Int64, String)] = [
            (1_300_819_379, "valid"), (1_300_819_380, "token-expired"),
        ]
        for (seconds, code) in times {
            let now = NumericDate(seconds: seconds)
            #expect(verdict(example.token, keys: keys, expecting: expected, at: now) == code)
        }
    }

    @Test(
        "tokens that the standards print and we do not take",
        arguments: [
            // RFC 7515 appendix A.5 and RFC 7519 section 6.1: not signed.
            (
                "token-malformed",
                """
                eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog\
                Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.
                """
            ),
            // RFC 7797 section 4.2: `b64` false, the payload left out.
            (
                "critical-header",
                """
                eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..\
                A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY
                """
            ),
            // RFC 7797 section 4.2 again, with the payload in its place: dots make a segment of it.
            (
                "critical-header",
                """
                eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.$.02.\
                A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY
                """
            ),
            // RFC 7515 appendix E: not signed, and a critical extension that nobody knows.
            (
                "algorithm-none",
                """
                eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQog\
                Imh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0.RkFJTA.AA
                """
            ),
        ]
    )
    func refused(_ code: String, _ token: String) throws {
        let keys = try JSONWebKeySet(parsing: Array(Self.examples[0].key.utf8))
        #expect(verdict(token, keys: keys, expecting: TokenExpectations()) == code)
    }
}

extension StandardExampleTests {
    // RFC 9068 section 3, figures 3 and 4, which are printed without a signature.
    private static let accessTokenHeader = #"{"typ":"at+JWT","alg":"RS256","kid":"RjEwOwOA"}"#
    private static let accessTokenClaims: JSONObject = [
        "iss": "https://authorization-server.example.com/", "sub": "5ba552d67",
        "aud": "https://rs.example.com/", "exp": 1_639_528_912, "iat": 1_618_354_090,
        "jti": "dbe39bf3a3ba4238a513f51d6e1691c4", "client_id": "s6BhdRkqt3",
        "scope": "openid profile reademail",
    ]

    @Test("RFC 9068: an access token passes where one is required, an ID token does not")
    func accessToken() throws {
        let key = try SigningKey.shared(.rs256)
        let payload = JSONValue.object(Self.accessTokenClaims).serialized()
        let token = try key.token(header: Self.accessTokenHeader, payload: payload)
        let header = Self.accessTokenHeader.replacing("at+JWT", with: "JWT")
        let identityToken = try key.token(header: header, payload: payload)
        var named = try key.publicJWK()
        named["kid"] = "RjEwOwOA"
        let keys = try JSONWebKeySet(parsing: .object(named))
        let expected = TokenExpectations(
            issuer: "https://authorization-server.example.com/",
            audiences: ["https://rs.example.com/"],
            algorithms: [.rs256],
            tokenType: .accessToken
        )
        let now = NumericDate(seconds: 1_639_528_000)
        #expect(verdict(token, keys: keys, expecting: expected, at: now) == "valid")
        #expect(verdict(identityToken, keys: keys, expecting: expected, at: now) == "token-type")
    }
}
