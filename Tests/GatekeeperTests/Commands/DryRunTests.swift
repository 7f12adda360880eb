import JSON
import PolicyDSL
import Testing
import TokenSigning
import TokenVerify

@testable import Gatekeeper

@Suite struct DryRunTests {
    private func sample(
        _ claims: String? = #"{"sub":"ada","aal":"aal1"}"#,
        user: String? = nil,
        request: String = "/admin"
    ) throws -> DryRun.Case {
        var sample = DryRun.Case(at: CommandFixture.now)
        sample.token = claims.map(CommandFixture.claims) ?? .absent
        sample.directory = try user.map(CommandFixture.user) ?? .unknown
        sample.target = request
        return sample
    }

    private func json(_ sample: DryRun.Case, _ run: DryRun? = nil) throws -> JSONObject {
        let run = try run ?? CommandFixture.run()
        return run.result(of: sample).json(id: nil)
    }

    @Test("a result has every member, in this order")
    func shape() throws {
        let run = try CommandFixture.run()
        let amr = #""amr":[{"method":"password","timestamp":1789999000}]"#
        let sample = try self.sample(
            #"{"sub":"ada","aal":"aal1",\#(amr)}"#,
            user: CommandFixture.optedIn
        )
        let json = run.result(of: sample).json(id: 7)
        #expect(
            json.names == [
                "id", "outcome", "revision", "token", "subject", "enforced", "projected", "needs",
                "unknown", "advice", "answer",
            ]
        )
        #expect(json["id"] == 7)
        #expect(json["outcome"] == "step-up")
        #expect(json["revision"] == .string(run.policies.revision))
        #expect(json["token"] == ["status": "unverified", "code": .null])
        #expect(
            json["subject"] == [
                "class": "user", "id": "ada", "aal": "aal1", "next_aal": "aal2",
                "methods": [["method": "password", "at": "2026-09-21T13:56:40Z"]],
            ]
        )
        let entry: JSONValue = [
            "policy": "opted-in-only", "demand": "aal2", "remedy": "step-up",
            "reason": "aal-too-low", "using": ["totp"], "certainty": "definite",
        ]
        #expect(json["enforced"] == [entry])
        #expect(json["projected"] == ["outcome": "step-up", "entries": [entry]])
        #expect(json["needs"] == ["factors"])
        #expect(json["unknown"] == [])
        #expect(json["advice"] == [])
        #expect(json["answer"] == ["status": 302, "location": "/mfa?return_to=%2Fadmin"])
    }

    @Test("on allow nothing is enforced and there is no answer")
    func allow() throws {
        let sample = try self.sample(#"{"sub":"ada","aal":"aal2"}"#, user: CommandFixture.optedIn)
        let json = try self.json(sample)
        #expect(json["outcome"] == "allow")
        #expect(json["enforced"] == [])
        #expect(json["projected"] == ["outcome": "allow", "entries": []])
        #expect(json["answer"] == .null)
    }

    @Test(
        "next_aal: aal2 if a verified factor exists, aal1 if none, null if Unknown",
        arguments: [
            (CommandFixture.optedIn as String?, "aal2" as JSONValue), ("{}", "aal1"),
            (#"{"factors":[{"factor_type":"totp","status":"unverified"}]}"#, "aal1"),
            (#"{"factors":"x"}"#, .null), (nil, .null),
        ]
    )
    func nextLevel(_ user: String?, _ expected: JSONValue) throws {
        let json = try self.json(try self.sample(user: user))
        #expect(json["subject"]?["next_aal"] == expected)
    }

    @Test("the missing fact that mattered is listed")
    func unknownFacts() throws {
        let json = try self.json(try self.sample())
        #expect(json["outcome"] == "unavailable")
        #expect(json["unknown"] == ["factors"])
        #expect(json["answer"]?["status"] == 503)
    }

    @Test("nobody asks: a visitor with an absent token")
    func visitor() throws {
        let json = try self.json(try self.sample(nil))
        #expect(json["token"] == ["status": "absent", "code": .null])
        #expect(json["subject"]?["class"] == "visitor")
        #expect(json["subject"]?["id"] == .null)
        #expect(json["outcome"] == "unauthenticated")
    }

    @Test("a refused token is unauthenticated, answered as if it came in the header")
    func refused() throws {
        let result = try CommandFixture.run().result(of: try self.sample(#"{"sub":"a","aal":"x"}"#))
        let json = result.json(id: nil)
        #expect(json["token"] == ["status": "rejected", "code": "aal-unrecognized"])
        #expect(json["outcome"] == "unauthenticated")
        #expect(json["subject"] == .null)
        #expect(json["answer"] == ["status": 401, "location": .null])
        #expect(result.text().contains("refused, aal-unrecognized"))
    }

    @Test(
        "a request that the proxy would refuse asks no policy",
        arguments: [
            "/a/../../b", "/a%2Fb", "//a", "/a;b", "/%00", "/a b", "a", "/a\r\nX: y", "/#",
        ]
    )
    func badPaths(_ target: String) throws {
        let json = try self.json(try self.sample(request: target))
        #expect(json["outcome"] == "deny")
        #expect(json["answer"]?["status"] == 400)
    }

    @Test("a compact token is verified by the issuer it names, and only by that one")
    func compact() throws {
        let one = try CommandFixture.issuer("https://one.example.com")
        let two = try CommandFixture.issuer(
            "https://two.example.com",
            profile: .clerk(),
            key: EnforcementFixture.otherKey
        )
        let run = try CommandFixture.run([one, two], policies: "admit anyone")
        let rows: [(String, String)] = [
            (try EnforcementFixture.token(now: CommandFixture.now), "valid"),
            (
                try EnforcementFixture.token(["iss": "https://x"], now: CommandFixture.now),
                "issuer-mismatch"
            ),
            (
                try EnforcementFixture.token(["iss": nil], now: CommandFixture.now),
                "issuer-mismatch"
            ),
            (
                try EnforcementFixture.token(
                    key: EnforcementFixture.otherKey,
                    now: CommandFixture.now
                ),
                "token-unknown-key"
            ),
            (try EnforcementFixture.token(now: IdentityFixture.ago(3600)), "token-expired"),
            (
                try EnforcementFixture.token(
                    ["iss": "https://two.example.com"],
                    key: EnforcementFixture.otherKey,
                    now: CommandFixture.now
                ),
                "claims-invalid"
            ),
            (
                try EnforcementFixture.token(
                    ["iss": "https://two.example.com", "sid": "s"],
                    key: EnforcementFixture.otherKey,
                    now: CommandFixture.now
                ),
                "valid"
            ),
            ("x.y", "token-malformed"),
        ]
        for (token, expected) in rows {
            var sample = DryRun.Case(at: CommandFixture.now)
            sample.token = .compact(Array(token.utf8))
            let status = run.result(of: sample).token
            #expect((status.code ?? status.word) == expected)
        }
    }

    @Test("a token without keys is believed only where that was said")
    func unverified() throws {
        var sample = DryRun.Case(at: CommandFixture.now)
        sample.token = .compact(Array(try EnforcementFixture.token().utf8))
        #expect(
            try CommandFixture.run().result(of: sample).token
                == .rejected(code: "keys-unavailable")
        )
        let trusting = try CommandFixture.run(allowsUnverified: true)
        #expect(trusting.result(of: sample).token == .unverified)
        let silent = try CommandFixture.run([
            try CommandFixture.issuer("https://one.example.com", key: nil)
        ])
        #expect(silent.result(of: sample).token == .rejected(code: "keys-unavailable"))
    }

    @Test("claims are read as the issuer they bear writes them, else by the provider named")
    func profiles() throws {
        let issuers = [
            try CommandFixture.issuer("https://one.example.com"),
            try CommandFixture.issuer("https://clerk.example.test", profile: .clerk()),
        ]
        let run = try CommandFixture.run(issuers, policies: "admit anyone")
        func level(_ claims: String, _ provider: ProviderProfile? = nil) -> String? {
            var sample = DryRun.Case(at: CommandFixture.now)
            sample.token = CommandFixture.claims(claims)
            sample.provider = provider
            return run.result(of: sample).caller?.principal.assurance.word
        }
        let fva = #""sub":"u","iat":1790000000,"fva":[1,1]"#
        #expect(level(#"{"iss":"https://clerk.example.test",\#(fva)}"#) == "aal2")
        #expect(level("{\(fva)}") == "aal1")
        #expect(level("{\(fva)}", .clerk()) == "aal2")
        #expect(level(#"{"iss":"https://one.example.com","sub":"u","aal":"aal2"}"#) == "aal2")
    }

    @Test("a host that nobody gave is Unknown, and said to be so")
    func host() throws {
        let run = try CommandFixture.run(
            policies: """
                admit anyone
                define api = hosts api.example.com
                policy p { for anyone
                           on /** at api
                           deny }
                """
        )
        var sample = DryRun.Case(at: CommandFixture.now)
        sample.token = CommandFixture.claims(#"{"sub":"u"}"#)
        let unknown = run.result(of: sample).json(id: nil)
        #expect(unknown["outcome"] == "unavailable")
        #expect(unknown["unknown"] == ["host"])
        sample.host = "API.example.com:443"
        #expect(run.result(of: sample).outcome == .deny)
        sample.host = "other.example.com"
        #expect(run.result(of: sample).outcome == .allow)
    }

    @Test("people read the same")
    func text() throws {
        let result = try CommandFixture.run().result(
            of: try self.sample(user: CommandFixture.optedIn)
        )
        #expect(
            result.text() == """
                GET /admin
                  step-up  (302 to /mfa?return_to=%2Fadmin)
                  token: unverified, only the provider's reading of claims was applied
                  caller: user ada aal1
                  - policy opted-in-only demands `aal2`: step-up using totp, aal-too-low
                """
        )
        let unknown = try CommandFixture.run().result(of: try self.sample())
        #expect(unknown.text(heading: "x").hasPrefix("x\n"))
        #expect(unknown.text().contains("not given, and it mattered: factors"))
    }

    @Test("API keys of configured projects are known, whichever project's they are")
    func apiKeys() throws {
        let issuers = try ["one", "two"].map { name in
            let key = SigningKey(secret: Array("\(name)-secret-of-more-than-thirty-two-bytes".utf8))
            var issuer = try CommandFixture.issuer("https://\(name).supabase.co/auth/v1", key: key)
            issuer.expectations.audiences = ["authenticated"]
            let configured = ConfigurationFixture.load(
                ConfigurationFixture.minimal(
                    issuer: """
                          - provider: supabase
                            url: https://\(name).supabase.co
                            api_key: sb_publishable_\(name)
                            jwt_secret: \(name)-secret-of-more-than-thirty-two-bytes
                            algorithms: [HS256]
                        """
                )
            )
            let configuration = try #require(configured.configuration)
            issuer.rules = IssuerRules(
                try #require(configuration.issuers.first),
                index: 0,
                limits: configuration.limits
            )
            return (key, issuer)
        }
        let run = try CommandFixture.run(issuers.map(\.1))
        func status(_ token: String) throws -> (JSONValue?, JSONValue?, JSONValue?) {
            var sample = DryRun.Case(at: .now)
            sample.token = .compact(Array(token.utf8))
            let result = run.result(of: sample).json(id: nil)
            return (
                result["token"]?["status"], result["token"]?["code"], result["subject"]?["class"]
            )
        }
        for (key, _) in issuers {
            func legacy(_ role: JSONValue) throws -> String {
                try EnforcementFixture.token(
                    ["iss": "supabase", "role": role, "sub": nil, "aud": nil],
                    key: key
                )
            }
            #expect(try status(legacy("anon")) == ("valid", .null, "visitor"))
            #expect(try status(legacy("service_role")) == ("valid", .null, "service"))
            #expect(try status(legacy("authenticated")).1 == "claims-invalid")
        }
        let foreign = SigningKey(secret: Array(repeating: 7, count: 32))
        let forged = try EnforcementFixture.token(
            ["iss": "supabase", "role": "anon", "aud": nil],
            key: foreign
        )
        #expect(try status(forged).1 == "signature-invalid")
        #expect(try status("sb_publishable_two") == ("absent", .null, "visitor"))
        #expect(try status("sb_publishable_three").0 == "rejected")
    }
}
