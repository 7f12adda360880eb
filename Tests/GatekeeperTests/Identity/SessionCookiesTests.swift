import JSON
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct SessionCookiesTests {
    private static let supabase =
        "  - {provider: supabase, url: https://abc.supabase.co}"
    private static let bare =
        "  - {provider: static, issuer: https://i.example.com, audience: [api], jwks: keys.json, "
        + "cookie: access_token}"
    private static let clerk = """
          - provider: clerk
            publishable_key: pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA
            authorized_parties: [https://app.example.com]
        """
    private static let suffixed = "__session_6tQWJVae"

    private func read(_ yaml: String, _ pairs: (String, String)...) throws -> CookieCredential {
        let loaded = ConfigurationFixture.load(ConfigurationFixture.minimal(issuer: yaml))
        let problems = loaded.problems.map(\.message)
        let issuer = try #require(loaded.configuration?.issuers.first, "\(problems)")
        let cookies = pairs.map { Cookie(name: $0.0, value: Array($0.1.utf8)) }
        return try #require(SessionCookies(of: issuer)).read(cookies, maximumChunks: 10)
    }

    private func token(_ issuer: String, _ issuedAt: Int64?) -> String {
        var claims: JSONObject = ["iss": .string(issuer)]
        claims["iat"] = issuedAt.map { .integer($0) }
        let header = Base64URL.encode(Array(#"{"alg":"RS256"}"#.utf8))
        let payload = Base64URL.encode(Array(JSONValue.object(claims).serialized().utf8))
        return "\(header).\(payload).AAAA"
    }

    private func session(
        _ token: String,
        _ parts: [String],
        others: [String] = []
    ) -> CookieCredential {
        .session(token: Array(token.utf8), parts: parts, others: others)
    }

    @Test("without a cookie of the issuer's there is nothing to withhold")
    func absent() throws {
        for yaml in [Self.supabase, Self.bare, Self.clerk] {
            #expect(try self.read(yaml, ("other", "x"), ("__client_uat", "1")) == .absent)
        }
        let loaded = ConfigurationFixture.load(ConfigurationFixture.minimal())
        let issuer = try #require(loaded.configuration?.issuers.first)
        #expect(SessionCookies(of: issuer) == nil)
    }

    @Test("leftover chunks of a Supabase session are told from its parts")
    func leftovers() throws {
        let name = "sb-abc-auth-token"
        let value = #"["t"]"#
        let found = try self.read(
            Self.supabase,
            (name, value),
            ("\(name).0", "x"),
            ("\(name)-code-verifier", "y"),
            ("\(name).7", "z")
        )
        #expect(found == self.session("t", [name], others: ["\(name).0", "\(name).7"]))
        #expect(found.names == [name, "\(name).0", "\(name).7"])
        let broken = try self.read(Self.supabase, (name, "x"), ("\(name).3", "y"))
        #expect(broken == .unreadable(withheld: [name, "\(name).3"]))
        #expect(try self.read(Self.supabase, (name, "")) == .unreadable(withheld: [name]))
    }

    @Test("a bare cookie holds the token itself, and one value only")
    func bareCookie() throws {
        #expect(
            try self.read(Self.bare, ("access_token", "t")) == self.session("t", ["access_token"])
        )
        let twice = try self.read(Self.bare, ("access_token", "t"), ("access_token", "t"))
        #expect(twice == self.session("t", ["access_token"]))
        let rejected = CookieCredential.unreadable(withheld: ["access_token"])
        let two = try self.read(Self.bare, ("access_token", "t"), ("access_token", "u"))
        #expect(two == rejected)
        #expect(try self.read(Self.bare, ("access_token", "")) == rejected)
        #expect(try self.read(Self.bare, ("access_token.0", "t"), ("Access_Token", "t")) == .absent)
    }

    @Test("of Clerk's two cookies the later token of ours counts, and the other is withheld")
    func newest() throws {
        let ours = "https://clerk.example.test"
        let old = self.token(ours, 100)
        let new = self.token(ours, 200)
        let plain = "__session"
        #expect(
            try self.read(Self.clerk, (plain, new), (Self.suffixed, old))
                == self.session(new, [plain], others: [Self.suffixed])
        )
        #expect(
            try self.read(Self.clerk, (plain, old), (Self.suffixed, new))
                == self.session(new, [Self.suffixed], others: [plain])
        )
        #expect(try self.read(Self.clerk, (plain, old)) == self.session(old, [plain]))
        #expect(
            try self.read(Self.clerk, (Self.suffixed, old)) == self.session(old, [Self.suffixed])
        )
        #expect(
            try self.read(Self.clerk, (plain, self.token(ours, nil)), (Self.suffixed, old))
                == self.session(old, [Self.suffixed], others: [plain])
        )
    }

    @Test("a later token of another issuer does not count, nor does what is no token")
    func otherIssuer() throws {
        let ours = self.token("https://clerk.example.test", 100)
        let foreign = self.token("https://clerk.other.test", 900)
        let plain = "__session"
        for value in [foreign, "x", "", self.token("https://cler\u{212A}.example.test", 900)] {
            #expect(
                try self.read(Self.clerk, (plain, value), (Self.suffixed, ours))
                    == self.session(ours, [Self.suffixed], others: [plain])
            )
        }
        #expect(try self.read(Self.clerk, (plain, foreign)) == self.session(foreign, [plain]))
        #expect(try self.read(Self.clerk, (plain, "")) == .unreadable(withheld: [plain]))
    }

    @Test("another instance's cookie is not ours, and is withheld: some libraries would read it")
    func otherInstance() throws {
        let token = self.token("https://clerk.example.test", 900)
        #expect(
            try self.read(Self.clerk, ("__session_AAAAAAAA", token))
                == .foreign(withheld: ["__session_AAAAAAAA"])
        )
        #expect(
            try self.read(Self.clerk, ("__session_", token), ("__sessions", token))
                == .foreign(withheld: ["__session_", "__sessions"])
        )
        #expect(
            try self.read(Self.clerk, ("__session", token), ("__session0", token))
                == self.session(token, ["__session"], others: ["__session0"])
        )
    }

    @Test("one of the names with two values rejects both")
    func twoValues() throws {
        let token = self.token("https://clerk.example.test", 900)
        let found = try self.read(
            Self.clerk,
            ("__session", "a"),
            ("__session", "b"),
            (Self.suffixed, token)
        )
        #expect(found == .unreadable(withheld: ["__session", Self.suffixed]))
    }

    @Test("cookies are read as applications read them: quotes are no part of a value")
    func quotes() throws {
        let head = try IdentityFixture.head("Cookie: a=\"x\"; b=\"; c=; =d; e=f=g", "Cookie: h=i")
        let expected = IdentityFixture.cookies(
            ("a", "x"),
            ("b", "\""),
            ("c", ""),
            ("e", "f=g"),
            ("h", "i")
        )
        #expect(Cookie.all(in: head) == expected)
    }
}
