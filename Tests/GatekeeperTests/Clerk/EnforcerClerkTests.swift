import HTTPMessage
import JSON
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct EnforcerClerkTests {
    private static let policies = """
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit anyone to /public/**
        admit users
        policy admin { for users on /admin/**, /account require aal2 }
        """

    private func bench(
        key: String = ClerkFixture.developmentKey,
        expired: String = "handshake"
    ) throws -> EnforcementBench {
        try EnforcementBench(
            try EnforcementFixture.rules(
                issuers: ClerkFixture.issuers(key: key, expired: expired),
                policies: Self.policies,
                keys: [EnforcementFixture.key]
            )
        )
    }

    private func expired() throws -> String {
        "Cookie: __session=\(try ClerkFixture.token(age: 600))"
    }

    private let home = "redirect_url=https%3A%2F%2Fapp.example.com"

    @Test("an expired document request goes to Clerk, on every route, and never gets a 401")
    func handshake() throws {
        let bench = try self.bench()
        for target in ["/public/x", "/account", "/admin/x?a=b", "/login"] {
            let ruling = try bench.judge(
                "GET \(target)",
                ClerkFixture.document + [try self.expired()]
            )
            #expect(ruling.summary.hasPrefix("307 https://clerk.example.test/v1/client/handshake?"))
            #expect(ruling.location?.contains("__clerk_hs_reason=session-token-expired") == true)
            #expect(ruling.location?.contains(self.home) == true)
            #expect(ruling.field("Cache-Control") == "no-store")
            #expect(
                ruling.field("Set-Cookie")?.hasPrefix("gatekeeper_bounce=handshake.1;") == true
            )
        }
    }

    @Test("what is no document is not sent anywhere: its session ran out")
    func otherRequests() throws {
        let bench = try self.bench()
        let fetch = ["Sec-Fetch-Dest: empty", "Sec-Fetch-Site: same-origin", try self.expired()]
        let account = try bench.judge("GET /account", fetch)
        #expect(account.summary == "401 token-expired")
        let post = try bench.judge("POST /account", fetch + ["Content-Length: 0"])
        #expect(post.summary == "401 token-expired")
        // Nothing there names users, so that the application may renew the session by itself.
        #expect(try bench.judge("GET /public/x", fetch).summary == "forward visitor")
        let bearer = "Authorization: Bearer \(try ClerkFixture.token(age: 600))"
        let header = try bench.judge("GET /account", ClerkFixture.document + [bearer])
        #expect(header.summary == "401 token-expired")
    }

    @Test("after three handshakes in vain the browser is told so; the sign-in page stays open")
    func loop() throws {
        let bench = try self.bench()
        let cookie = try self.expired() + "; gatekeeper_bounce=handshake.3"
        let fields = ClerkFixture.document + ["Accept: text/html", cookie]
        let account = try bench.judge("GET /account", fields)
        guard case .refuse(let refusal) = account else {
            Issue.record("expected a refusal")
            return
        }
        #expect(refusal.status == 403)
        #expect(String(decoding: refusal.body, as: UTF8.self).contains("redirect-loop"))
        let signIn = try bench.judge("GET /login", fields).summary
        #expect(signIn == "forward visitor")
        let twice = try self.expired() + "; gatekeeper_bounce=handshake.2"
        let again = try bench.judge("GET /account", ClerkFixture.document + [twice])
        #expect(again.field("Set-Cookie")?.hasPrefix("gatekeeper_bounce=handshake.3;") == true)
    }

    @Test("who signed in at Clerk's own pages has no token yet, and is sent for one")
    func signedInElsewhere() throws {
        let bench = try self.bench()
        let fields = ClerkFixture.document + ["Cookie: __client_uat=1790000000"]
        let ruling = try bench.judge("GET /account", fields)
        #expect(ruling.location?.contains("client-uat-but-no-session-token") == true)
        #expect(try bench.judge("GET /public/x", fields).summary == "forward visitor")
        let nobody = try bench.judge("GET /account", ClerkFixture.document)
        #expect(nobody.summary == "302 https://app.example.com/login?return_to=%2Faccount")
    }

    @Test("a token from before the client's last change is renewed before it is judged")
    func outdated() throws {
        let bench = try self.bench()
        let token = try ClerkFixture.token(age: 30)
        let now = Instant.now.microseconds / 1_000_000
        let stale = "Cookie: __session=\(token); __client_uat=\(now - 10)"
        let ruling = try bench.judge("GET /admin/x", ClerkFixture.document + [stale])
        #expect(ruling.location?.contains("session-token-iat-before-client-uat") == true)
        let current = "Cookie: __session=\(token); __client_uat=\(now - 40)"
        let judged = try bench.judge("GET /admin/x", ClerkFixture.document + [current])
        #expect(judged.summary == "302 https://app.example.com/mfa?return_to=%2Fadmin%2Fx")
    }

    private func result(_ token: String) throws -> String {
        try ClerkFixture.result(["__session=\(token); Path=/", "__client_uat=5; Path=/"])
    }

    @Test("a result in a development URL becomes cookies, and the URL is asked for again")
    func resultInQuery() throws {
        let bench = try self.bench()
        let result = try self.result(try ClerkFixture.token())
        let ruling = try bench.judge(
            "GET /account?a=1&__clerk_handshake=\(result)&__clerk_db_jwt=x&b=2",
            ClerkFixture.document
        )
        #expect(ruling.summary == "307 https://app.example.com/account?a=1&b=2")
        #expect(ruling.field("Set-Cookie")?.hasPrefix("__session=ey") == true)
        #expect(ruling.field("Cache-Control") == "no-store")
    }

    @Test("a result nobody signed, or one in a production URL, sets nothing and does not pass")
    func foreignResult() throws {
        let forged = try ClerkFixture.result(
            ["__session=x; Path=/"],
            key: EnforcementFixture.otherKey
        )
        let good = try self.result(try ClerkFixture.token())
        for (key, result) in [
            (ClerkFixture.developmentKey, forged), (ClerkFixture.productionKey, good),
            (ClerkFixture.developmentKey, "x"),
        ] {
            let ruling = try self.bench(key: key).judge(
                "GET /public/x?__clerk_handshake=\(result)",
                ClerkFixture.document
            )
            #expect(ruling.summary == "307 https://app.example.com/public/x")
            #expect(ruling.field("Set-Cookie") == nil)
        }
        let token = "Authorization: Bearer \(try ClerkFixture.token())"
        let post = try self.bench().judge(
            "POST /account?%5F_clerk_handshake_nonce=n",
            [token, "Content-Length: 0"]
        )
        #expect(post.summary == "400 handshake-result")
    }

    @Test("a result in a cookie is taken where the session is no good, and never passes")
    func resultInCookie() throws {
        let bench = try self.bench(key: ClerkFixture.productionKey)
        let result = try self.result(try ClerkFixture.token())
        let cookie = "\(try self.expired()); __clerk_handshake=\(result)"
        let taken = try bench.judge("GET /account", ClerkFixture.document + [cookie])
        #expect(taken.summary == "307 https://app.example.com/account")
        #expect(taken.field("Set-Cookie")?.hasPrefix("__session=ey") == true)

        let good = "Cookie: __session=\(try ClerkFixture.token()); __clerk_handshake=\(result)"
        let kept = try bench.judge("GET /public/x", ClerkFixture.document + [good])
        #expect(kept.summary == "forward user user_1 without __clerk_handshake")
        let visitor = try bench.judge("GET /public/x", ["Cookie: __clerk_handshake_nonce=n"])
        #expect(visitor.summary == "forward visitor without __clerk_handshake_nonce")
    }

    @Test("a result that leads to the token that was found wanting is a leftover")
    func leftover() throws {
        let bench = try self.bench(key: ClerkFixture.productionKey)
        let old = try ClerkFixture.token(age: 600)
        let cookie = "Cookie: __session=\(old); __clerk_handshake=\(try self.result(old))"
        let ruling = try bench.judge("GET /account", ClerkFixture.document + [cookie])
        #expect(ruling.location?.hasPrefix("https://clerk.example.test/") == true)
    }

    @Test("with `expired: forward` the application renews, but only where no policy names users")
    func forward() throws {
        let bench = try self.bench(expired: "forward")
        let fields = ClerkFixture.document + [try self.expired()]
        let open = try bench.judge("GET /public/x?__clerk_handshake=a.b.c", fields)
        #expect(open.summary == "forward visitor")
        let permit = try #require(open.permit)
        #expect(
            String(decoding: permit.identity, as: UTF8.self) == "X-Gatekeeper-Class: visitor\r\n"
        )
        let named = try bench.judge("GET /account", fields)
        #expect(named.summary == "302 https://app.example.com/login?return_to=%2Faccount")
        let result = try self.result(try ClerkFixture.token())
        let taken = try bench.judge("GET /account?__clerk_handshake=\(result)", fields)
        #expect(taken.summary == "307 https://app.example.com/account")
        let session = "__session=\(try ClerkFixture.token(["fva": [1, 1]]))"
        let judged = try bench.judge(
            "GET /account",
            ["Cookie: \(session); __clerk_handshake=\(result)"]
        )
        #expect(judged.summary == "forward user user_1 without __clerk_handshake")
    }

    @Test("a token without a scheme counts as Clerk's libraries have it, and is judged")
    func bareToken() throws {
        let bench = try self.bench()
        let token = try ClerkFixture.token()
        let judged = try bench.judge("GET /account", ["Authorization: \(token)"])
        #expect(judged.summary.hasPrefix("302 https://app.example.com/mfa"))
        let expired = try ClerkFixture.token(age: 600)
        let refused = try bench.judge("GET /public/x", ["Authorization: \(expired)"])
        #expect(refused.summary == "401 token-expired")
        let basic = try bench.judge("GET /public/x", ["Authorization: Basic YTpi"])
        #expect(basic.summary == "forward visitor")
    }

    @Test("a planted twin, and whatever is called like a session, does not void the real one")
    func planted() throws {
        let bench = try self.bench()
        let real = try ClerkFixture.token()
        let forged = try ClerkFixture.token(
            ["iat": .integer(Instant.now.microseconds / 1_000_000 + 20)],
            key: EnforcementFixture.otherKey
        )
        let own = "__session_\(ClerkFixture.suffix)"
        for (name, twin) in [("__session", own), (own, "__session")] {
            let cookie = "Cookie: \(name)=\(forged); \(twin)=\(real); __session_other=\(real)"
            let ruling = try bench.judge("GET /public/x", [cookie])
            #expect(ruling.permit?.withheldCookies.count == 2)
            #expect(ruling.summary.hasPrefix("forward user user_1 without "))
        }
        let alone = try bench.judge("GET /public/x", ["Cookie: __sessionX=\(real)"])
        #expect(alone.summary == "forward visitor without __sessionX")
    }

    @Test("a challenge has the error that Clerk's client prompts for")
    func hint() throws {
        let rules = try EnforcementFixture.rules(
            "answer: negotiate",
            issuers: ClerkFixture.issuers(),
            policies: Self.policies,
            keys: [EnforcementFixture.key]
        )
        let bearer = "Authorization: Bearer \(try ClerkFixture.token())"
        let ruling = try EnforcementBench(rules).judge("GET /account", [bearer])
        #expect(ruling.problem?["reason"]?.stringValue == "aal-too-low")
        let error = ruling.problem?["clerk_error"]
        #expect(error?["reason"]?.stringValue == "reverification-error")
        #expect(
            error?["metadata"]?["reverification"] == ["level": "second_factor", "afterMinutes": 10]
        )
    }

    @Test(
        "the second factor's age grows by what has passed since the token was made",
        arguments: [(Int64(9), Int64(30), true), (9, 40, true), (10, 30, false), (9, 70, false)]
    )
    func age(_ minutes: Int64, _ seconds: Int64, _ isAllowed: Bool) throws {
        let rules = try EnforcementFixture.rules(
            issuers: ClerkFixture.issuers(),
            policies: "admit users policy p { for users require aal2 within 10 minutes }",
            keys: [EnforcementFixture.key]
        )
        let now = Instant(microseconds: Instant.now.microseconds / 1_000_000 * 1_000_000)
        let token = try ClerkFixture.token(
            ["fva": [20, .integer(minutes)]],
            age: seconds,
            now: now
        )
        let ruling = try EnforcementBench(rules).judge("GET /x", ["Authorization: Bearer \(token)"])
        #expect((ruling.permit != nil) == isAllowed)
    }

    @Test("a session with tasks left is none yet")
    func pending() throws {
        let bench = try self.bench()
        let token = try ClerkFixture.token(["sts": "pending"])
        let header = try bench.judge("GET /account", ["Authorization: Bearer \(token)"])
        #expect(header.summary == "401 session-pending")
        let cookie = ["Cookie: __session=\(token)"] + ClerkFixture.document
        let page = try bench.judge("GET /account", cookie)
        #expect(page.summary == "302 https://app.example.com/login?return_to=%2Faccount")
        #expect(
            try bench.judge("GET /public/x", cookie).summary == "forward visitor without __session"
        )
    }
}
