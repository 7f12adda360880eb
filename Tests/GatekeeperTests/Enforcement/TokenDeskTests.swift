import Foundation
import JSON
import PolicyDSL
import Testing
import TokenSigning
import TokenVerify

@testable import Gatekeeper

@Suite struct TokenDeskTests {
    private func summary(_ finding: TokenDesk.Finding) -> String {
        switch finding {
        case .session(let session): "session \(session.caller.subject ?? "-")"
        case .apiKey: "api key"
        case .expired(let issuer): "expired \(issuer.index)"
        case .refused(let code): code
        case .keysUnavailable: "no keys"
        case .keyMissed(let key): "missed \(key.issuer)"
        }
    }

    private func look(_ desk: TokenDesk, _ token: String, at now: Instant = .now) -> String {
        self.summary(desk.look(at: Array(token.utf8)[...], now: now))
    }

    private func later(_ seconds: Int64) -> Instant {
        Instant(microseconds: Instant.now.microseconds + seconds * 1_000_000)
    }

    @Test("a token that comes for the second time is remembered: from then on it is one session")
    func cache() throws {
        let metrics = LoopMetrics()
        let desk = TokenDesk(rules: try EnforcementFixture.rules(), metrics: metrics)
        let token = Array(try EnforcementFixture.token().utf8)[...]
        guard case .session(let first) = desk.look(at: token, now: .now),
            case .session(let second) = desk.look(at: token, now: .now),
            case .session(let third) = desk.look(at: token, now: .now)
        else {
            Issue.record("no session")
            return
        }
        #expect(first !== second)
        #expect(second === third)
        #expect(metrics.tally.tokensVerified == 2)
        #expect(metrics.tally.tokensRemembered == 1)
    }

    @Test("what is remembered ends with the token, leeway included")
    func expiry() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let token = try EnforcementFixture.token()
        for _ in 1...2 { #expect(self.look(desk, token) == "session ada") }
        #expect(desk.memory.tokens == 1)
        #expect(self.look(desk, token, at: self.later(625)) == "session ada")
        #expect(self.look(desk, token, at: self.later(631)) == "expired 0")
        #expect(self.look(desk, token) == "session ada")
    }

    @Test("a clock that was set back leaves no session that waits for answers from the future")
    func clockSetBack() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let now = Instant.now
        let seconds = now.microseconds / 1_000_000
        let text = try EnforcementFixture.token([
            "amr": [["method": "totp", "timestamp": .integer(seconds)]]
        ])
        let token = Array(text.utf8)[...]
        guard case .session(let ahead) = desk.look(at: token, now: self.later(20)),
            case .session(let back) = desk.look(at: token, now: now)
        else {
            Issue.record("no session")
            return
        }
        #expect(try #require(ahead.question?.changedAt) > now)
        #expect(try #require(back.question?.changedAt) <= now)
    }

    @Test("other keys void what the old ones verified, and what they refused")
    func rotation() throws {
        let rules = try EnforcementFixture.rules()
        let desk = TokenDesk(rules: rules)
        let replacement = SigningKey(secret: Array(repeating: 0x61, count: 32), keyID: "a")
        let old = try EnforcementFixture.token()
        let new = try EnforcementFixture.token(key: replacement)
        for _ in 1...2 {
            #expect(self.look(desk, old) == "session ada")
            #expect(self.look(desk, new) == "signature-invalid")
        }
        #expect(desk.memory.tokens == 2)
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
            (["iss": 1], "claims-invalid"), (["iss": .null], "claims-invalid"),
            (["sub": 1], "claims-invalid"), (["exp": "soon"], "claims-invalid"),
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

    @Test("every project's legacy keys are known by the secret that signed them")
    func legacyKeysOfTwoProjects() throws {
        let issuers = ["one", "two"].map { name in
            """
              - provider: supabase
                url: https://\(name).supabase.co
                jwt_secret: \(name)-secret-of-more-than-thirty-two-bytes
                algorithms: [HS256]
            """
        }
        let desk = TokenDesk(
            rules: try EnforcementFixture.rules(issuers: issuers.joined(separator: "\n"), keys: [])
        )
        for (index, name) in ["one", "two", "three"].enumerated() {
            let key = SigningKey(secret: Array("\(name)-secret-of-more-than-thirty-two-bytes".utf8))
            func legacy(_ role: JSONValue) throws -> String {
                try EnforcementFixture.token(
                    ["iss": "supabase", "role": role, "sub": nil, "aud": nil],
                    key: key
                )
            }
            let isKnown = index < 2
            for _ in 1...2 {
                #expect(
                    self.look(desk, try legacy("anon"))
                        == (isKnown ? "api key" : "signature-invalid")
                )
                #expect(
                    self.look(desk, try legacy("service_role"))
                        == (isKnown ? "session -" : "signature-invalid")
                )
                #expect(
                    self.look(desk, try legacy("authenticated"))
                        == (isKnown ? "claims-invalid" : "signature-invalid")
                )
            }
            guard isKnown, let token = try? legacy("service_role"),
                case .session(let session) = desk.look(at: Array(token.utf8)[...], now: .now)
            else { continue }
            #expect(session.issuer.index == index)
        }
    }
}

/// What a desk remembers while others try to make it forget.
@Suite struct TokenDeskFloodTests {
    private static let bounds = TokenDesk.Bounds(
        tokens: 200,
        bytes: 2 << 20,
        refusals: 100,
        refusalBytes: 64 << 10
    )

    private func session(_ desk: TokenDesk, _ token: String) throws -> Gatekeeper.Session {
        guard case .session(let session) = desk.look(at: Array(token.utf8)[...], now: .now) else {
            throw TokenRejection.malformed
        }
        return session
    }

    enum Flood: CaseIterable {
        case valid
        case forged
        case unreadable
        case ofUnknownKeys

        func token(_ number: Int) throws -> String {
            switch self {
            case .valid: try EnforcementFixture.token(["jti": .string("\(number)")])
            case .forged:
                try EnforcementFixture.token(
                    ["jti": .string("\(number)")],
                    key: SigningKey(secret: Array(repeating: 7, count: 32), keyID: "a")
                )
            case .unreadable: "\(number).\(number).\(number)"
            case .ofUnknownKeys:
                try EnforcementFixture.token(
                    key: SigningKey(secret: Array(repeating: 7, count: 32), keyID: "\(number)")
                )
            }
        }
    }

    @Test("a flood of distinct tokens makes nobody slow who comes back", arguments: Flood.allCases)
    func flood(_ flood: Flood) throws {
        let metrics = LoopMetrics()
        let desk = TokenDesk(
            rules: try EnforcementFixture.rules(),
            metrics: metrics,
            bounds: Self.bounds
        )
        let regulars = try (0..<20).map { number in
            try EnforcementFixture.token(["sub": .string("regular-\(number)")])
        }
        let sessions = try regulars.map { token in
            _ = try self.session(desk, token)
            return try self.session(desk, token)
        }
        var highest = 0
        for number in 0..<1_000 {
            _ = desk.look(at: Array(try flood.token(number).utf8)[...], now: .now)
            highest = max(highest, desk.memory.bytes)
        }
        let verified = metrics.tally.tokensVerified
        for (token, session) in zip(regulars, sessions) {
            #expect(try self.session(desk, token) === session)
        }
        #expect(metrics.tally.tokensVerified == verified)
        #expect(highest <= Self.bounds.bytes + Self.bounds.refusalBytes)
        #expect(desk.memory.tokens <= Self.bounds.tokens + Self.bounds.refusals)
    }

    @Test("a token that was refused twice is not verified again, nor good by being asked again")
    func refusedAgain() throws {
        let metrics = LoopMetrics()
        let desk = TokenDesk(rules: try EnforcementFixture.rules(), metrics: metrics)
        let forged = Array(try Flood.forged.token(1).utf8)[...]
        for _ in 1...5 {
            guard case .refused(let code) = desk.look(at: forged, now: .now) else {
                Issue.record("a forged token was taken")
                return
            }
            #expect(code == "signature-invalid")
        }
        #expect(metrics.tally.tokensVerified == 2)
        #expect(metrics.tally.tokensRemembered == 3)
    }

    @Test("what a session is said to cost is no less than what it takes")
    func cost() throws {
        let desk = TokenDesk(rules: try EnforcementFixture.rules())
        let padding = String(repeating: "x", count: 600)
        // What is made once, such as tables of the allocator, is made before.
        for number in 0..<200 { try self.remember(desk, number, padding) }
        let before = (Self.residentBytes(), desk.memory.bytes)
        for number in 200..<2_200 { try self.remember(desk, number, padding) }
        #expect(desk.memory.tokens == 2_200)
        let taken = Self.residentBytes() - before.0
        #expect(taken <= desk.memory.bytes - before.1)
    }

    private func remember(_ desk: TokenDesk, _ number: Int, _ padding: String) throws {
        let claims: KeyValuePairs<String, JSONValue?> = [
            "sub": .string("user-\(number)"), "padding": .string(padding),
            "amr": [["method": "totp", "timestamp": 1_790_000_000]],
        ]
        let token = try EnforcementFixture.token(claims)
        for _ in 1...2 { _ = try self.session(desk, token) }
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4_096
    }
}
