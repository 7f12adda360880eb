import JSON
import PolicyDSL
import Testing
import TokenSigning
import TokenVerify

@testable import Gatekeeper

@Suite struct ClerkCallerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let fva: String
        var signIn: Int64?
        var second: Int64?
        var knowsTimes = true

        var testDescription: String { self.fva }
    }

    @Test(
        "fva tells ages in minutes as of iat; a second factor that was never verified is aal1",
        arguments: [
            Row(fva: "[12,-1]", signIn: 12 * 60 + 30),
            Row(fva: "[12,3]", signIn: 12 * 60 + 30, second: 3 * 60 + 30),
            Row(fva: "[0,0]", signIn: 30, second: 30),
            Row(fva: "[-1,-1]"),
            Row(fva: "[-1,5]", second: 5 * 60 + 30),
            Row(fva: "[12,-2]", signIn: 12 * 60 + 30),
            Row(fva: "[12,9223372036854775807]", signIn: 12 * 60 + 30),
            Row(fva: "null", knowsTimes: false),
            Row(fva: "[]", knowsTimes: false),
            Row(fva: "[1]", knowsTimes: false),
            Row(fva: "[1,2,3]", knowsTimes: false),
            Row(fva: "[\"1\",\"2\"]", knowsTimes: false),
            Row(fva: "[1,null]", knowsTimes: false),
            Row(fva: "{}", knowsTimes: false),
        ]
    )
    func ages(_ row: Row) throws {
        let claims = #"{"sub":"user_1","sid":"sess_1","iat":1789999970,"fva":\#(row.fva)}"#
        let principal = try IdentityFixture.caller(claims, .clerk()).principal
        #expect(principal.assurance == (row.second == nil ? .aal1 : .aal2))
        #expect(principal.signInAt == row.signIn.map(IdentityFixture.ago))
        #expect(principal.secondFactorAt == row.second.map(IdentityFixture.ago))
        #expect(principal.knowsLevelTimes == row.knowsTimes)
        #expect(principal.proofs.methods.isEmpty)
        #expect(!principal.hasMethodEntries)
    }

    @Test("without fva, or without iat, the session has the first level and no times")
    func absent() throws {
        for claims in [#"{"sub":"u","sid":"s","iat":1789999970}"#, #"{"sub":"u","fva":[1,1]}"#] {
            let principal = try IdentityFixture.caller(claims, .clerk()).principal
            #expect(principal.assurance == .aal1)
            #expect(!principal.knowsLevelTimes)
            #expect(principal.canBeUpgraded)
        }
    }

    @Test("a pending session is none yet; elsewhere `sts` means nothing")
    func pending() throws {
        let claims = #"{"sub":"u","sid":"s","sts":"pending"}"#
        #expect(try IdentityFixture.refusal(claims, .clerk()) == "session-pending")
        #expect(try IdentityFixture.refusal(#"{"sub":"u","sts":"active"}"#, .clerk()) == nil)
        #expect(try IdentityFixture.refusal(claims, .supabase) == nil)
    }

    @Test("`aal`, `amr` and roles of Supabase's mean nothing in a Clerk token")
    func otherClaims() throws {
        let claims = #"{"sub":"u","aal":"aal9","is_anonymous":1,"role":"anon","amr":["totp"]}"#
        let principal = try IdentityFixture.caller(claims, .clerk()).principal
        #expect(principal.subjectClass == .user)
        #expect(principal.assurance == .aal1)
        #expect(principal.role == "anon")
    }

    struct Token: Sendable, CustomTestStringConvertible {
        let rule: String
        var header: JSONObject = [:]
        var changes: [(String, JSONValue?)] = []
        var parties = ["https://app.example.com"]
        var code: String?

        var testDescription: String { self.rule }
    }

    @Test(
        "only this application's session tokens count",
        arguments: [
            Token(rule: "an old token has no category"),
            Token(rule: "a session token", header: ["cat": "cl_B7d4PD111AAA"]),
            Token(rule: "a category without a class", header: ["cat": "cl_I7d4PD111III"]),
            Token(rule: "from a template", header: ["cat": "cl_B7d4PD222AAA"], code: "token-type"),
            Token(rule: "a machine's", header: ["cat": "cl_B7d4PD333AAA"], code: "token-type"),
            Token(rule: "an unknown category", header: ["cat": "cl_x"], code: "token-type"),
            Token(rule: "a category that is no string", header: ["cat": 1], code: "token-type"),
            Token(rule: "without a session", changes: [("sid", nil)], code: "claims-invalid"),
            Token(rule: "without a party", changes: [("azp", nil)], code: "audience-mismatch"),
            Token(
                rule: "of another page",
                changes: [("azp", "https://app.example.com.evil.test")],
                code: "audience-mismatch"
            ),
            Token(
                rule: "a party that is no string",
                changes: [("azp", 1)],
                code: "audience-mismatch"
            ),
            Token(rule: "any page where none is named", changes: [("azp", nil)], parties: []),
            Token(
                rule: "one of several pages",
                parties: ["https://other.example.com", "https://app.example.com"]
            ),
            Token(
                rule: "a party that only looks alike",
                changes: [("azp", "https://\u{212A}.example.com")],
                parties: ["https://K.example.com"],
                code: "audience-mismatch"
            ),
        ]
    )
    func sessionTokens(_ row: Token) throws {
        var claims: JSONObject = [
            "iss": "https://clerk.example.test", "sub": "user_1", "sid": "sess_1",
            "azp": "https://app.example.com", "iat": 1_790_000_000, "exp": 1_790_000_060,
        ]
        for (name, value) in row.changes { claims[name] = value }
        let key = EnforcementFixture.key
        let token = try key.token(claims: claims, header: row.header)
        let assessment = try TokenVerifier.assess(
            Array(token.utf8).span,
            keys: try EnforcementFixture.keySet(key),
            expecting: TokenExpectations(),
            at: IdentityFixture.now.numericDate
        )
        let profile = ProviderProfile.clerk(authorizedParties: row.parties)
        var code: String?
        do throws(TokenRefusal) {
            _ = try profile.caller(of: assessment, paths: [], now: IdentityFixture.now)
        } catch {
            code = error.code
        }
        #expect(code == row.code)
    }

    @Test("the suffix of an instance's cookies follows from its key")
    func suffix() throws {
        let key = "pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA"
        let instance = ClerkInstance(
            publishableKey: key,
            secretKey: nil,
            authorizedParties: [],
            expired: .forward,
            frontendAPI: try #require(ClerkInstance.frontendAPI(of: key)),
            backendAPI: try #require(WebURL(ClerkInstance.defaultBackendAPI))
        )
        #expect(instance.cookieSuffix == "6tQWJVae")
    }
}
