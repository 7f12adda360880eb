import JSON
import PolicyDSL
import Testing
import TokenSigning

@testable import Gatekeeper

@Suite struct TokenDeskTests {
    private func summary(_ finding: TokenDesk.Finding) -> String {
        switch finding {
        case .session(let session): "session \(session.caller.subject ?? "-")"
        case .apiKey: "api key"
        case .expired(let issuer): "expired \(issuer.index)"
        case .refused(let code): code
        case .keysUnavailable: "no keys"
        case .keyMissed(let issuer): "missed \(issuer)"
        }
    }

    private func look(_ desk: TokenDesk, _ token: String, at now: Instant = .now) -> String {
        self.summary(desk.look(at: Array(token.utf8)[...], now: now))
    }

    private func later(_ seconds: Int64) -> Instant {
        Instant(microseconds: Instant.now.microseconds + seconds * 1_000_000)
    }

    @Test("a token is verified once and remembered as the same session")
    func cache() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let token = Array(try EnforcementFixture.token().utf8)[...]
        guard case .session(let first) = desk.look(at: token, now: .now),
            case .session(let second) = desk.look(at: token, now: .now)
        else {
            Issue.record("no session")
            return
        }
        #expect(first === second)
    }

    @Test("what is remembered ends with the token, leeway included")
    func expiry() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let token = try EnforcementFixture.token()
        #expect(self.look(desk, token) == "session ada")
        #expect(self.look(desk, token, at: self.later(625)) == "session ada")
        #expect(self.look(desk, token, at: self.later(631)) == "expired 0")
        #expect(self.look(desk, token) == "session ada")
    }

    @Test("other keys void what the old ones verified, and what they refused")
    func rotation() throws {
        let rules = try EnforcementFixture.rules()
        let desk = TokenDesk(rules: rules)
        let replacement = SigningKey(secret: Array(repeating: 0x61, count: 32), keyID: "a")
        let old = try EnforcementFixture.token()
        let new = try EnforcementFixture.token(key: replacement)
        #expect(self.look(desk, old) == "session ada")
        #expect(self.look(desk, new) == "signature-invalid")
        #expect(self.look(desk, new) == "signature-invalid")
        try EnforcementFixture.publish([replacement], at: 0, of: rules)
        #expect(self.look(desk, old) == "signature-invalid")
        #expect(self.look(desk, new) == "session ada")
        try EnforcementFixture.publish([EnforcementFixture.key], at: 0, of: rules)
        #expect(self.look(desk, old) == "session ada")
    }

    @Test("two issuers never share a key, a token or a session")
    func issuers() throws {
        let rules = try EnforcementFixture.rules()
        let desk = TokenDesk(rules: rules)
        let second = EnforcementFixture.otherKey
        let other: JSONValue = "https://two.example.com"
        #expect(
            self.look(desk, try EnforcementFixture.token(["iss": other], key: second))
                == "session ada"
        )
        #expect(self.look(desk, try EnforcementFixture.token(["iss": other])) == "missed 1")
        #expect(self.look(desk, try EnforcementFixture.token(key: second)) == "missed 0")
        let sameID = SigningKey(
            secret: Array("fedcba9876543210fedcba9876543210".utf8),
            keyID: "a"
        )
        try EnforcementFixture.publish([sameID], at: 1, of: rules)
        #expect(self.look(desk, try EnforcementFixture.token(key: sameID)) == "signature-invalid")
        #expect(
            self.look(desk, try EnforcementFixture.token(["iss": other], key: sameID))
                == "session ada"
        )
    }

    @Test(
        "a token that does not hold is refused by its code",
        arguments: [
            (["iss": "https://three.example.com"] as [String: JSONValue?], "issuer-mismatch"),
            (["iss": "https://one.example.com/"], "issuer-mismatch"),
            (["iss": nil], "issuer-mismatch"), (["aud": "other"], "audience-mismatch"),
            (["aud": nil], "audience-mismatch"), (["exp": nil], "expiry-missing"),
            (["nbf": 9_999_999_999], "token-not-yet-valid"),
            (["iat": 9_999_999_999], "token-issued-in-future"),
            (["aal": "aal3"], "aal-unrecognized"), (["sub": "a b"], "claims-invalid"),
            (["is_anonymous": "yes"], "claims-invalid"), (["role": "anon"], "api key"),
        ]
    )
    func refusals(_ changes: [String: JSONValue?], _ expected: String) throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let seconds = Instant.now.microseconds / 1_000_000
        var claims: JSONObject = [
            "iss": "https://one.example.com", "sub": "ada", "aud": "api",
            "iat": .integer(seconds - 60), "exp": .integer(seconds + 600),
        ]
        for (name, value) in changes { claims[name] = value }
        let token = try EnforcementFixture.key.token(claims: claims)
        #expect(self.look(desk, token) == expected)
        #expect(self.look(desk, token) == expected)
    }

    @Test("what depends on the time is asked again")
    func notRemembered() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let seconds = Instant.now.microseconds / 1_000_000
        let token = try EnforcementFixture.token(["nbf": .integer(seconds + 120)])
        #expect(self.look(desk, token) == "token-not-yet-valid")
        #expect(self.look(desk, token, at: self.later(125)) == "session ada")
    }

    @Test("an API key is no credential: the opaque one, and verified tokens of role anon")
    func apiKeys() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let secret = SigningKey(secret: Array("0123456789abcdef0123456789abcdef".utf8))
        #expect(self.look(desk, "sb_publishable_abc") == "api key")
        #expect(self.look(desk, "sb_publishable_abcd") == "token-malformed")
        let legacy = try EnforcementFixture.token(
            ["iss": "supabase", "role": "anon", "sub": nil, "aud": nil],
            key: secret
        )
        #expect(self.look(desk, legacy) == "api key")
        let service = try EnforcementFixture.token(
            ["iss": "supabase", "role": "service_role", "sub": nil, "aud": nil],
            key: secret
        )
        #expect(self.look(desk, service) == "session -")
        let user = try EnforcementFixture.token(
            ["iss": "supabase", "role": "authenticated", "aud": nil],
            key: secret
        )
        #expect(self.look(desk, user) == "claims-invalid")
        let expired = try EnforcementFixture.expired(["role": "anon"])
        #expect(self.look(desk, expired) == "expired 0")
    }

    @Test("without keys nothing is said about a token")
    func noKeys() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules(keys: []))
        #expect(self.look(desk, try EnforcementFixture.token()) == "no keys")
        let large = String(repeating: "a", count: 20_000)
        #expect(self.look(desk, large) == "token-too-large")
    }
}
