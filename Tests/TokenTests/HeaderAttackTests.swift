import JSON
import Testing
import TokenSigning
import TokenVerify

/// What an attacker may write into a JOSE header.
@Suite struct HeaderAttackTests {
    static let refusals: [Refusal] =
        unsigned + algorithms + confusions + keyIDs + extensions
        + foreignTypes + types + forms

    @Test(arguments: refusals)
    func isRefused(_ refusal: Refusal) throws {
        try refusal.check()
    }

    // CVE-2022-23540, GHSA-88q6-jcjg-hvmw: a token that says it needs no signature.
    private static let unsigned: [Refusal] = ["none", "None", "NONE", "nOnE"].map { spelling in
        .headerText("alg \(spelling)", "algorithm-none", #"{"alg":"\#(spelling)"}"#)
    }

    private static let algorithms: [Refusal] = [
        Refusal("alg none without a signature", "token-malformed") {
            "\(Base64URL.encode(Array(#"{"alg":"none"}"#.utf8))).e30."
        },
        .headerText("alg none with a NUL", "header-malformed", #"{"alg":"none\u0000"}"#),
        .headerText("alg none with a space", "algorithm-unknown", #"{"alg":" none"}"#),
        .headerText("alg in lower case", "algorithm-unknown", #"{"alg":"es256"}"#),
        .headerText("alg of an encryption", "algorithm-unknown", #"{"alg":"RSA-OAEP"}"#),
        .headerText("alg of another curve", "algorithm-unknown", #"{"alg":"ES256K"}"#),
        .headerText("alg empty", "algorithm-unknown", #"{"alg":""}"#),
        .headerText("alg missing", "header-malformed", #"{"typ":"JWT"}"#),
        .headerText("alg null", "header-malformed", #"{"alg":null}"#),
        .headerText("alg an array", "header-malformed", #"{"alg":["ES256"]}"#),
        Refusal(
            "alg the issuer does not use",
            "algorithm-not-allowed",
            expecting: TokenExpectations(algorithms: [.rs256])
        ) { try SigningKey.shared(.es256).token(claims: .ordinary) },
        Refusal(
            "no algorithm allowed at all",
            "algorithm-not-allowed",
            expecting: TokenExpectations(algorithms: [])
        ) { try SigningKey.shared(.es256).token(claims: .ordinary) },
        .header("alg of the same type of key", "algorithm-not-allowed", ["alg": "ES384"]),
    ]

    // CVE-2026-34950, CVE-2023-48223: a public key, which everybody has, taken for a secret.
    private static let confusions: [Refusal] = encodings.flatMap { encoding in
        [true, false].map { confusion(encoding.name, encoding.secret, namesKey: $0) }
    }

    private typealias Secret = @Sendable () throws -> String

    private static let encodings: [(name: String, secret: Secret)] = [
        ("PEM", { try publicPEM() }),
        ("PEM without its last line break", { String(try publicPEM().dropLast()) }),
        ("PEM with CRLF", { try publicPEM().replacing("\n", with: "\r\n") }),
        ("base64 of the DER", { try publicPEM().split(separator: "\n")[1...7].joined() }),
        ("JWK", { JSONValue.object(try SigningKey.shared(.rs256).publicJWK()).serialized() }),
        ("modulus", { try SigningKey.shared(.rs256).publicJWK()["n"]?.stringValue ?? "" }),
        ("nothing", { "" }),
    ]

    private static func publicPEM() throws -> String {
        try SigningKey.shared(.rs256).publicPEM()
    }

    private static func confusion(
        _ name: String,
        _ secret: @escaping Secret,
        namesKey: Bool
    ) -> Refusal {
        Refusal(
            "HS256 under the RSA key's \(name), kid \(namesKey ? "given" : "absent")",
            "algorithm-not-allowed",
            keys: { try SigningKey.shared(.rs256).publicSet() },
            token: {
                let keyID = namesKey ? try SigningKey.shared(.rs256).keyID : nil
                let forger = SigningKey(secret: Array(try secret().utf8), keyID: keyID)
                return try forger.token(claims: .ordinary)
            }
        )
    }

    private static let keyIDs: [Refusal] = [
        .header("kid unknown", "token-unknown-key", ["kid": "another"]),
        .header("kid a path", "token-unknown-key", ["kid": "../../../../dev/null"]),
        .header("kid SQL", "token-unknown-key", ["kid": "x' UNION SELECT 'key"]),
        .header("kid a prefix", "token-unknown-key", ["kid": "key-ES25"]),
        .header("kid in another case", "token-unknown-key", ["kid": "KEY-ES256"]),
        .header("kid with a space", "token-unknown-key", ["kid": "key-ES256 "]),
        .header("kid empty", "key-id-invalid", ["kid": ""]),
        .header("kid a number", "key-id-invalid", ["kid": 1]),
        .header("kid null", "key-id-invalid", ["kid": .null]),
        .header("kid an array", "key-id-invalid", ["kid": ["key-ES256"]]),
        .headerText(
            "kid with a NUL",
            "header-malformed",
            #"{"alg":"ES256","kid":"key-ES256\u0000x"}"#
        ),
    ]

    // CVE-2026-35042: an extension marked as critical, and not understood.
    private static let extensions: [Refusal] = [
        .header("crit unknown", "critical-header", ["crit": ["x-factor"], "x-factor": true]),
        .header("crit empty", "critical-header", ["crit": []]),
        .header("crit a string", "critical-header", ["crit": "exp"]),
        .header("crit null", "critical-header", ["crit": .null]),
        .header("crit b64", "critical-header", ["crit": ["b64"], "b64": false]),
        .header("b64 false", "payload-unencoded", ["b64": false]),
        .header("b64 a string", "header-malformed", ["b64": "false"]),
        .header("zip", "payload-compressed", ["zip": "DEF"]),
        .header("zip null", "payload-compressed", ["zip": .null]),
        .header("cty JWT", "token-nested", ["cty": "JWT"]),
        .header("cty in lower case", "token-nested", ["cty": "jwt"]),
        .header("cty with its prefix", "token-nested", ["cty": "application/jwt"]),
        .header("cty a number", "header-malformed", ["cty": 1]),
    ]

    private static let foreignTypes: [Refusal] = [
        "logout+jwt", "secevent+jwt", "dpop+jwt", "JWE", "JOSE", "", "JWT ", "application/",
        "at+jwt;v=1", "id+jwt", "application/application/jwt",
    ].map { (type: String) -> Refusal in
        .header("typ \(type)", "token-type", ["typ": .string(type)])
    }

    private static let types: [Refusal] = [
        .header("typ a number", "header-malformed", ["typ": 1]),
        .header("typ null", "header-malformed", ["typ": .null]),
        Refusal("an ID token where at+jwt is required", "token-type", expecting: .accessToken) {
            try SigningKey.shared(.es256).token(claims: .ordinary)
        },
        Refusal("no typ where at+jwt is required", "token-type", expecting: .accessToken) {
            try SigningKey.shared(.es256).token(claims: .ordinary, type: nil)
        },
    ]

    private static let brackets =
        String(repeating: "[", count: 3_000) + String(repeating: "]", count: 3_000)

    private static let forms: [Refusal] = [
        .headerText("not JSON", "header-malformed", "alg=ES256"),
        .headerText("an array", "header-malformed", #"["ES256"]"#),
        .headerText("a string", "header-malformed", #""ES256""#),
        .headerText("two objects", "header-malformed", #"{"alg":"ES256"}{}"#),
        .headerText("a comment", "header-malformed", #"{"alg":"ES256"/**/}"#),
        .headerText("a trailing comma", "header-malformed", #"{"alg":"ES256",}"#),
        .headerText("alg twice", "header-malformed", #"{"alg":"ES256","alg":"none"}"#),
        .headerText(
            "alg twice, escaped",
            "header-malformed",
            #"{"alg":"ES256","\u0061lg":"none"}"#
        ),
        .headerText("a BOM", "header-malformed", "\u{FEFF}" + #"{"alg":"ES256"}"#),
        .headerText("a lone surrogate", "header-malformed", #"{"alg":"ES256","x":"\uD800"}"#),
        .headerText("deep nesting", "header-malformed", #"{"alg":"ES256","x":\#(brackets)}"#),
    ]
}

extension HeaderAttackTests {
    @Test(
        "keys and addresses of keys in the header are not followed",
        arguments: ["jku", "x5u", "jwk", "x5c", "x5t", "x5t#S256"]
    )
    func ownKeyIsIgnored(_ member: String) throws {
        let attacker = try SigningKey.generate(.es256, keyID: "key-ES256")
        let own: JSONObject = [
            "jku": "https://attacker.example/keys", "x5u": "https://attacker.example/chain",
            "jwk": .object(try attacker.publicJWK()), "x5c": ["MIIB"], "x5t": "AA",
            "x5t#S256": "AA",
        ]
        let extra: JSONObject = [member: own[member] ?? .null]
        let keys = try SigningKey.shared(.es256).publicSet()
        let forged = try attacker.token(claims: .ordinary, header: extra)
        #expect(verdict(forged, keys: keys) == "signature-invalid")
        let honest = try SigningKey.shared(.es256).token(claims: .ordinary, header: extra)
        #expect(verdict(honest, keys: keys) == "valid")
    }

    @Test(
        "every legal spelling of typ passes",
        arguments: [
            "JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "application/jwt", "Application/at+JWT",
        ]
    )
    func legalType(_ type: String) throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: .ordinary, type: type)
        #expect(verdict(token, keys: try key.publicSet()) == "valid")
    }

    @Test func absentTypePasses() throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: .ordinary, type: nil)
        #expect(verdict(token, keys: try key.publicSet()) == "valid")
    }

    @Test(
        "at+jwt passes where it is required",
        arguments: ["at+jwt", "application/at+jwt", "AT+JWT"]
    )
    func requiredType(_ type: String) throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: .ordinary, type: type)
        #expect(verdict(token, keys: try key.publicSet(), expecting: .accessToken) == "valid")
    }

    @Test("unknown members and those of Clerk are ignored, and can be read")
    func unknownMembers() throws {
        let key = try SigningKey.shared(.es256)
        let token = try key.token(
            claims: .ordinary,
            header: ["cat": "cl_B7d4PD111AAA", "b64": true]
        )
        let verified = try TokenVerifier.verify(
            Array(token.utf8).span,
            keys: try key.publicSet(),
            expecting: .ordinary,
            at: .now
        )
        #expect(verified.header["cat"] == "cl_B7d4PD111AAA")
        #expect(verified.header.keyID == "key-ES256")
    }
}

extension TokenExpectations {
    fileprivate static let accessToken = TokenExpectations(tokenType: .accessToken)
}
