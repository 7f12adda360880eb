import JSON
import PolicyDSL
import Testing
import TokenSigning

@testable import Gatekeeper

@Suite struct CredentialDeskTests {
    private func summary(_ credential: Credential) -> String {
        func without(_ names: [String]) -> String {
            names.isEmpty ? "" : " without \(names.joined(separator: ","))"
        }
        switch credential {
        case .visitor(let withheld, let code):
            return "visitor\(code.map { " (\($0))" } ?? "")\(without(withheld))"
        case .session(let session, let source, let withheld):
            return "\(session.caller.subject ?? "-") by \(source)\(without(withheld))"
        case .expiredCookie(_, let withheld): return "expired\(without(withheld))"
        case .refused(let denial): return "refused \(denial.reason)"
        case .keyMissed(let key): return "missed \(key.issuer)"
        }
    }

    private func look(
        _ fields: String...,
        issuers: String = EnforcementFixture.issuers,
        asksAgain: Bool = false
    ) throws -> String {
        let rules = try EnforcementFixture.rules(issuers: issuers)
        let head = try IdentityFixture.head(fields)
        let desk = CredentialDesk(rules: rules)
        return self.summary(desk.credential(of: head, now: .now, asksAgain: asksAgain))
    }

    private static let supabase = "sb-abc-auth-token"

    private func user(_ subject: String, secret: Bool = false) throws -> String {
        guard secret else { return try EnforcementFixture.token(["sub": .string(subject)]) }
        let key = SigningKey(secret: Array("0123456789abcdef0123456789abcdef".utf8))
        return try EnforcementFixture.token(
            [
                "sub": .string(subject), "iss": "https://abc.supabase.co/auth/v1",
                "aud": "authenticated",
            ],
            key: key
        )
    }

    @Test("without a credential there is a visitor, with other cookies too")
    func nobody() throws {
        #expect(try self.look("Accept: */*") == "visitor")
        #expect(try self.look("Cookie: theme=dark; \(Self.supabase)-code-verifier=x") == "visitor")
    }

    @Test("a Bearer header wins; a session cookie that holds another token does not pass beside it")
    func headerWins() throws {
        let ada = try self.user("ada")
        let bob = try self.user("bob")
        let bearer = "Authorization: Bearer \(ada)"
        #expect(try self.look(bearer) == "ada by header")
        #expect(try self.look(bearer, "Cookie: session=\(ada)") == "ada by header")
        #expect(
            try self.look(bearer, "Cookie: session=\(bob); a=b") == "ada by header without session"
        )
        #expect(
            try self.look(bearer, "Cookie: session=x; second=y")
                == "ada by header without session,second"
        )
        let name = Self.supabase
        #expect(
            try self.look(bearer, "Cookie: \(name)=x; \(name).0=y; \(name)-code-verifier=z")
                == "ada by header without \(name),\(name).0"
        )
    }

    @Test("chunks that were not part of the judged value do not pass")
    func leftovers() throws {
        let token = try self.user("ada", secret: true)
        let value = EnforcementFixture.cookieValue(token)
        let name = Self.supabase
        #expect(try self.look("Cookie: \(name)=\(value)") == "ada by cookie")
        #expect(
            try self.look("Cookie: \(name)=\(value); \(name).0=old; \(name).1=older")
                == "ada by cookie without \(name).0,\(name).1"
        )
        let half = value.index(value.startIndex, offsetBy: 40)
        #expect(
            try self.look(
                "Cookie: \(name).0=\(value[..<half]); \(name).1=\(value[half...]); \(name).3=x"
            )
                == "ada by cookie without \(name).3"
        )
        let bearer = "Authorization: Bearer \(token)"
        #expect(
            try self.look(bearer, "Cookie: \(name)=\(value); \(name).0=old")
                == "ada by header without \(name).0"
        )
    }

    @Test("beside an API key as Bearer a session cookie counts")
    func apiKey() throws {
        let bearer = "Authorization: Bearer sb_publishable_abc"
        let name = Self.supabase
        let value = EnforcementFixture.cookieValue(try self.user("ada", secret: true))
        #expect(try self.look(bearer, "Cookie: \(name)=\(value)") == "ada by cookie")
        #expect(try self.look(bearer) == "visitor")
        #expect(
            try self.look(bearer, "Cookie: session=x")
                == "visitor (token-malformed) without session"
        )
    }

    @Test("an API key in a cookie is nobody")
    func apiKeyCookie() throws {
        #expect(try self.look("Cookie: session=sb_publishable_abc") == "visitor without session")
    }

    @Test("a rejected cookie makes a visitor and does not pass")
    func rejected() throws {
        #expect(
            try self.look("Cookie: session=a; session=b")
                == "visitor (cookie-unreadable) without session"
        )
        #expect(
            try self.look("Cookie: \(Self.supabase)=x; a=b")
                == "visitor (cookie-unreadable) without \(Self.supabase)"
        )
        let other = try EnforcementFixture.token(["aud": "other"])
        #expect(
            try self.look("Cookie: session=\(other)")
                == "visitor (audience-mismatch) without session"
        )
    }

    @Test("an expired cookie is kept apart, the leftovers beside it are not")
    func expired() throws {
        let token = try EnforcementFixture.expired()
        #expect(try self.look("Cookie: session=\(token)") == "expired")
        #expect(try self.look("Cookie: session=\(token); second=x") == "expired without second")
        #expect(
            try self.look("Authorization: Bearer \(token)") == "refused token-expired"
        )
    }

    @Test("of several issuers' cookies one that holds counts, and the others do not pass")
    func severalIssuers() throws {
        let ada = try self.user("ada")
        let value = EnforcementFixture.cookieValue(try self.user("bob", secret: true))
        let name = Self.supabase
        #expect(
            try self.look("Cookie: session=\(ada); \(name)=\(value)")
                == "ada by cookie without \(name)"
        )
        #expect(
            try self.look("Cookie: session=x; \(name)=\(value)")
                == "bob by cookie without session"
        )
        let expired = try EnforcementFixture.expired()
        #expect(
            try self.look("Cookie: session=\(expired); \(name)=\(value)")
                == "bob by cookie without session"
        )
        #expect(
            try self.look("Cookie: session=x; second=y")
                == "visitor (token-malformed) without session,second"
        )
    }

    @Test("`forward_cookie: false` keeps the judged cookie from the upstream too")
    func withheld() throws {
        let issuers = EnforcementFixture.issuers.replacing(
            "cookie: session",
            with: "cookie: session\n    forward_cookie: false"
        )
        let ada = try self.user("ada")
        let cookie = "Cookie: session=\(ada); a=b"
        #expect(try self.look(cookie, issuers: issuers) == "ada by cookie without session")
        #expect(
            try self.look("Authorization: Bearer \(ada)", cookie, issuers: issuers)
                == "ada by header without session"
        )
    }

    @Test("a key may be fetched once")
    func missedKey() throws {
        let token = try EnforcementFixture.token(key: EnforcementFixture.otherKey)
        for field in ["Authorization: Bearer \(token)", "Cookie: session=\(token)"] {
            #expect(try self.look(field, asksAgain: true) == "missed 0")
        }
        #expect(try self.look("Authorization: Bearer \(token)") == "refused token-unknown-key")
        #expect(
            try self.look("Cookie: session=\(token)")
                == "visitor (token-unknown-key) without session"
        )
    }
}
