import HTTPMessage
import JSON
import NIOCore
import NIOEmbedded
import PolicyDSL
import Testing
import TokenSigning

@testable import Gatekeeper

@Suite struct EnforcerTests {
    private static let policies: String = """
        pages { sign-in /login
                step-up /mfa
                enroll /mfa/setup }
        admit users
        admit anyone to /public/**
        policy strong { for users
                        on /admin/**
                        require aal2 }
        """

    private func bench(
        _ extra: String = "",
        policies: String = Self.policies,
        directory: UserDirectory = UserDirectory(source: .none)
    ) throws -> EnforcementBench {
        try EnforcementBench(
            try EnforcementFixture.rules(extra, policies: policies, directory: directory)
        )
    }

    private static let navigation: [String] = [
        "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none", "Accept: text/html",
    ]

    @Test("a visitor is forwarded where anyone is admitted, with nothing but a class")
    func visitor() throws {
        let bench = try self.bench()
        let ruling = try bench.judge("GET /public/page")
        #expect(ruling.summary == "forward visitor")
        let permit = try #require(ruling.permit)
        #expect(
            String(decoding: permit.identity, as: UTF8.self) == "X-Gatekeeper-Class: visitor\r\n"
        )
        #expect(permit.expiry == nil)
        #expect(!permit.withholdsAuthorization)
    }

    @Test(
        "elsewhere a visitor's program gets a 401 without an error code, a browser the sign-in page"
    )
    func unauthenticated() throws {
        let bench = try self.bench()
        let program = try bench.judge("GET /x")
        #expect(program.summary == "401 no-credential")
        #expect(program.field("WWW-Authenticate") == "Bearer")
        let browser = try bench.judge("GET /x?y=1", Self.navigation)
        #expect(browser.location == "https://app.example.com/login?return_to=%2Fx%3Fy%3D1")
        #expect(browser.summary.hasPrefix("302"))
    }

    @Test("another scheme is the application's and no credential")
    func otherScheme() throws {
        let bench = try self.bench()
        let ruling = try bench.judge("GET /public/x", ["Authorization: Basic YTpi"])
        #expect(ruling.summary == "forward visitor")
        #expect(ruling.permit?.withholdsAuthorization == false)
        #expect(
            try bench.judge("GET /x", ["Authorization: Basic YTpi"]).summary == "401 no-credential"
        )
    }

    @Test("a verified token is forwarded with its identity and ends with it")
    func session() throws {
        let bench = try self.bench()
        let token = try EnforcementFixture.token(["session_id": "s1", "aal": "aal2"])
        let ruling = try bench.judge("GET /admin/x", ["Authorization: Bearer \(token)"])
        #expect(ruling.summary == "forward user ada")
        let permit = try #require(ruling.permit)
        #expect(
            String(decoding: permit.identity, as: UTF8.self) == """
                X-Gatekeeper-Class: user\r
                X-Gatekeeper-Issuer: https://one.example.com\r
                X-Gatekeeper-Subject: ada\r
                X-Gatekeeper-Session: s1\r
                X-Gatekeeper-AAL: aal2\r
                X-Gatekeeper-Methods: \r

                """
        )
        let left = try #require(permit.expiry) - .now()
        #expect(left > .seconds(500) && left <= .seconds(600))
    }

    @Test("an upgradable session is sent to the MFA page, with 303 where it wrote")
    func stepUp() throws {
        let bench = try self.bench()
        let bearer = "Authorization: Bearer \(try EnforcementFixture.token())"
        let get = try bench.judge("GET /admin/x", [bearer])
        #expect(get.summary == "302 https://app.example.com/mfa?return_to=%2Fadmin%2Fx")
        let post = try bench.judge("POST /admin/x", [bearer, "Content-Length: 0"])
        #expect(post.summary == "303 https://app.example.com/mfa")
        let referer = "Referer: https://app.example.com/form"
        let form = try bench.judge("POST /admin/x", [bearer, "Content-Length: 0", referer])
        #expect(form.summary == "303 https://app.example.com/mfa?return_to=%2Fform")
    }

    @Test("a rejected Bearer token is a 401 on every route, public ones and for browsers too")
    func rejectedHeader() throws {
        let bench = try self.bench()
        for target in ["/public/x", "/x", "/login", "/admin/x"] {
            let ruling = try bench.judge(
                "GET \(target)",
                ["Authorization: Bearer x"] + Self.navigation
            )
            #expect(ruling.summary.hasPrefix("401"))
            #expect(ruling.field("WWW-Authenticate")?.contains("invalid_token") == true)
        }
        let expired = try EnforcementFixture.expired()
        let ruling = try bench.judge("GET /public/x", ["Authorization: Bearer \(expired)"])
        #expect(ruling.summary == "401 token-expired")
    }

    @Test("more than one Authorization field or token is a bad request")
    func ambiguous() throws {
        let bench = try self.bench()
        let token = try EnforcementFixture.token()
        for fields in [
            ["Authorization: Bearer \(token)", "Authorization: Bearer \(token)"],
            ["Authorization: Bearer \(token) \(token)"],
        ] {
            let ruling = try bench.judge("GET /public/x", fields)
            #expect(ruling.summary == "400 invalid-request")
            #expect(ruling.field("WWW-Authenticate")?.contains("invalid_request") == true)
        }
    }

    @Test("a rejected cookie makes a visitor, and does not pass")
    func rejectedCookie() throws {
        let bench = try self.bench()
        let bad = ["Cookie: session=x; theme=dark"]
        #expect(try bench.judge("GET /public/x", bad).summary == "forward visitor without session")
        #expect(try bench.judge("GET /login", bad).summary == "forward visitor without session")
        let api = try bench.judge("GET /x", bad)
        #expect(api.summary == "401 token-malformed")
        #expect(api.field("WWW-Authenticate")?.contains("invalid_token") == true)
        let browser = try bench.judge("GET /x", bad + Self.navigation)
        #expect(browser.location?.hasPrefix("https://app.example.com/login") == true)
        let two = ["Cookie: session=a; session=b"]
        #expect(try bench.judge("GET /x", two).summary == "401 cookie-unreadable")
    }

    @Test("an expired cookie passes only where no policy can name its user")
    func expiredCookie() throws {
        let bench = try self.bench()
        let cookie = ["Cookie: session=\(try EnforcementFixture.expired())"]
        #expect(try bench.judge("GET /public/x", cookie).summary == "forward visitor")
        #expect(try bench.judge("GET /login", cookie).summary == "forward visitor")
        #expect(try bench.judge("GET /x", cookie).summary == "401 token-expired")
        #expect(try bench.judge("GET /admin/x", cookie).summary == "401 token-expired")
        let browser = try bench.judge("GET /admin/x", cookie + Self.navigation)
        #expect(browser.location == "https://app.example.com/login?return_to=%2Fadmin%2Fx")
    }

    @Test("where policies name users everywhere, an expired cookie passes nowhere")
    func expiredCookieUnderPolicy() throws {
        let policies = """
            pages { sign-in /login
                    step-up /mfa }
            admit anyone
            policy strong { for users
                            require aal2 }
            """
        let bench = try self.bench(policies: policies)
        let cookie = ["Cookie: session=\(try EnforcementFixture.expired())"]
        #expect(try bench.judge("GET /x", cookie).summary == "401 token-expired")
        #expect(try bench.judge("GET /login", cookie).summary == "forward visitor without session")
        let other = ["Cookie: session=\(try EnforcementFixture.expired(["aal": "aal9"]))"]
        #expect(try bench.judge("GET /x", other).summary == "forward visitor without session")
    }

    @Test("expired but otherwise invalid is rejected, not expired")
    func expiredAndInvalid() throws {
        let bench = try self.bench()
        let cookie = ["Cookie: session=\(try EnforcementFixture.expired(["aal": "aal9"]))"]
        #expect(
            try bench.judge("GET /public/x", cookie).summary == "forward visitor without session"
        )
        #expect(try bench.judge("GET /x", cookie).summary == "401 aal-unrecognized")
    }

    @Test("a token in another issuer's cookie is no session, expired or not")
    func foreignCookie() throws {
        let bench = try self.bench()
        for token in [try EnforcementFixture.token(), try EnforcementFixture.expired()] {
            let ruling = try bench.judge("GET /public/x", ["Cookie: second=\(token)"])
            #expect(ruling.summary == "forward visitor without second")
            let refused = try bench.judge("GET /x", ["Cookie: second=\(token)"])
            #expect(refused.summary == "401 issuer-mismatch")
        }
    }

    @Test(
        "a cookie is a credential only from our own pages",
        arguments: [
            ("POST /x", [], "403 cross-site"),
            ("POST /x", ["Sec-Fetch-Site: same-origin"], "forward user ada"),
            ("POST /x", ["Sec-Fetch-Site: same-site"], "403 cross-site"),
            ("POST /x", ["Sec-Fetch-Site: none"], "403 cross-site"),
            ("POST /x", ["Sec-Fetch-Site: cross-site"], "403 cross-site"),
            ("POST /x", ["Origin: https://app.example.com"], "forward user ada"),
            ("POST /x", ["Origin: https://admin.example.com"], "forward user ada"),
            ("POST /x", ["Origin: https://app.example.com:443"], "forward user ada"),
            ("POST /x", ["Origin: http://app.example.com"], "403 cross-site"),
            ("POST /x", ["Origin: https://app.example.com.evil.test"], "403 cross-site"),
            ("POST /x", ["Origin: https://evil-app.example.com"], "403 cross-site"),
            ("POST /x", ["Origin: null"], "403 cross-site"),
            ("PUT /x", [], "403 cross-site"), ("PATCH /x", [], "403 cross-site"),
            ("DELETE /x", [], "403 cross-site"), ("BREW /x", [], "403 cross-site"),
            ("get /x", [], "403 cross-site"),
            ("GET /x", [], "forward user ada"), ("HEAD /x", [], "forward user ada"),
            ("OPTIONS /x", [], "forward user ada"),
        ]
    )
    func crossSite(_ request: String, _ fields: [String], _ expected: String) throws {
        let bench = try self.bench("allowed_origins: [https://admin.example.com]")
        let cookie = "Cookie: session=\(try EnforcementFixture.token())"
        #expect(try bench.judge(request, fields + [cookie]).summary == expected)
    }

    @Test("a WebSocket's cookie is held to the same rule, and is challenged, never redirected")
    func webSocket() throws {
        let bench = try self.bench()
        let upgrade = [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        let cookie = "Cookie: session=\(try EnforcementFixture.token())"
        #expect(try bench.judge("GET /x", upgrade + [cookie]).summary == "403 cross-site")
        let own = "Origin: https://app.example.com"
        #expect(try bench.judge("GET /x", upgrade + [cookie, own]).summary == "forward user ada")
        let admin = try bench.judge("GET /admin/x", upgrade + [cookie, own] + Self.navigation)
        #expect(admin.summary.hasPrefix("401"))
        #expect(admin.location == nil)
        let visitor = try bench.judge("GET /x", upgrade + Self.navigation)
        #expect(visitor.summary.hasPrefix("401"))
    }

    @Test(
        "a header is no cookie: it is never cross-site; `cross_site: allow` switches the rule off"
    )
    func crossSiteExceptions() throws {
        let bench = try self.bench()
        let token = try EnforcementFixture.token()
        #expect(
            try bench.judge("POST /x", ["Authorization: Bearer \(token)"]).summary
                == "forward user ada"
        )
        let allowing = EnforcementFixture.issuers.replacing(
            "cookie: session",
            with: "cookie: session\n    cross_site: allow"
        )
        let rules = try EnforcementFixture.rules(issuers: allowing, policies: Self.policies)
        let lenient = try EnforcementBench(rules)
        let cookie = ["Cookie: session=\(token)"]
        #expect(try lenient.judge("POST /x", cookie).summary == "forward user ada")
        let expired = ["Cookie: session=\(try EnforcementFixture.expired())"]
        #expect(try lenient.judge("POST /public/x", expired).summary == "forward visitor")
        #expect(try bench.judge("POST /public/x", expired).summary == "403 cross-site")
    }

    @Test("a preflight from our origins passes as a visitor's, without body and credentials")
    func preflight() throws {
        let bench = try self.bench("allowed_origins: [https://admin.example.com]")
        let asks = "Access-Control-Request-Method: POST"
        for origin in ["https://app.example.com", "https://admin.example.com"] {
            let ruling = try bench.judge(
                "OPTIONS /admin/x",
                ["Origin: \(origin)", asks, "Cookie: session=x; a=b", "Authorization: Bearer x"]
            )
            #expect(ruling.summary == "forward visitor without session")
            let permit = try #require(ruling.permit)
            #expect(permit.withholdsBody && permit.withholdsAuthorization)
        }
        for fields in [
            ["Origin: https://evil.test", asks], ["Origin: https://app.example.com"], [asks],
        ] {
            #expect(try bench.judge("OPTIONS /admin/x", fields).summary == "401 no-credential")
        }
    }

    @Test("once a policy tells hosts apart, others get 421 before any policy is asked")
    func hosts() throws {
        let policies = """
            admit anyone
            define api = hosts api.example.com
            policy api { for anyone
                         on /** at api
                         deny }
            """
        let bench = try self.bench(policies: policies)
        #expect(try bench.judge("GET /").summary == "forward visitor")
        #expect(
            try bench.judge("GET /", ["Host: APP.example.com:8080"]).summary == "forward visitor"
        )
        #expect(try bench.judge("GET /", ["Host: api.example.com."]).summary == "403 denied")
        #expect(try bench.judge("GET /", ["Host: evil.test"]).summary == "421 host-not-served")
        let free = try self.bench(policies: "admit anyone")
        #expect(try free.judge("GET /", ["Host: evil.test"]).summary == "forward visitor")
    }

    @Test("without keys of its issuer a token is answered 503, wherever it came from")
    func keysUnavailable() throws {
        let rules = try EnforcementFixture.rules(policies: Self.policies, keys: [nil])
        let bench = try EnforcementBench(rules)
        let token = try EnforcementFixture.token()
        for field in ["Authorization: Bearer \(token)", "Cookie: session=\(token)"] {
            let ruling = try bench.judge("GET /public/x", [field])
            #expect(ruling.summary == "503 keys-unavailable")
            #expect(ruling.field("Retry-After") != nil)
        }
    }

    @Test("an unknown key ID asks for keys once more and is then refused")
    func unknownKey() throws {
        let bench = try self.bench()
        let token = try EnforcementFixture.token(key: EnforcementFixture.otherKey)
        let header = try bench.judge("GET /public/x", ["Authorization: Bearer \(token)"])
        #expect(header.summary == "401 token-unknown-key")
        let cookie = try bench.judge("GET /public/x", ["Cookie: session=\(token)"])
        #expect(cookie.summary == "forward visitor without session")
    }

    @Test(
        "an answer of the directory that is not here yet is waited for, across a reload too",
        arguments: [(false, 302), (true, 403)] as [(Bool, UInt16)]
    )
    func pendingDirectory(reloads: Bool, status: UInt16) throws {
        let loop = EmbeddedEventLoop()
        let promise = loop.makePromise(of: DirectoryOutcome.self)
        let remote = RemoteDirectory(
            lifetimes: FactCacheTests.lifetimes,
            answersForSession: false,
            eventLoop: loop,
            logger: DirectoryFixture.logger,
            wallClock: { DirectoryFixture.now },
            ask: { _, _ in promise.futureResult }
        )
        let policies = """
            pages { sign-in /login
                    step-up /mfa }
            admit users
            policy opted-in { for users with a verified factor
                              require aal2 }
            """
        let bench = try self.bench(
            policies: policies,
            directory: UserDirectory(source: .remote([remote, nil, nil]))
        )
        let token = try EnforcementFixture.token()
        let ruling = bench.judge(try bench.head("GET /x", ["Authorization: Bearer \(token)"]))
        guard case .later(let future) = ruling else {
            Issue.record("the directory was not asked")
            return
        }
        bench.loop.run()
        if reloads {
            bench.source.replace(with: try EnforcementFixture.rules(policies: "admit guests"))
            // The next request is the one that takes the new rules up.
            _ = try bench.judge("GET /")
        }
        promise.succeed(.answered(DirectoryFixture.facts(totp: 1)))
        loop.run()
        bench.loop.run()
        guard case .refuse(let refusal) = try future.wait() else {
            Issue.record("forwarded")
            return
        }
        #expect(refusal.status == status)
        let location = "Location: https://app.example.com/mfa?return_to=%2Fx\r\n"
        #expect(String(decoding: refusal.fields, as: UTF8.self).contains(location) != reloads)
    }

    @Test("new rules count from the next request on, and nothing of the old ones is kept")
    func reload() throws {
        let bench = try self.bench()
        let fields = ["Authorization: Bearer \(try EnforcementFixture.token())"]
        #expect(try bench.judge("GET /x", fields).summary == "forward user ada")
        let stricter = try EnforcementFixture.rules(policies: "admit guests")
        bench.source.replace(with: stricter)
        #expect(try bench.judge("GET /x", fields).summary == "403 not-admitted")
    }

    @Test("a reload ends what was remembered of tokens that the new rules do not take")
    func reloadForgets() throws {
        let bench = try self.bench()
        let fields = ["Authorization: Bearer \(try EnforcementFixture.token())"]
        for _ in 1...4 {
            #expect(try bench.judge("GET /x", fields).summary == "forward user ada")
        }
        #expect(bench.metrics.tally.tokensRemembered == 2)
        let renamed = EnforcementFixture.issuers.replacing("audience: [api]", with: "audience: [b]")
        bench.source.replace(with: try EnforcementFixture.rules(issuers: renamed))
        #expect(try bench.judge("GET /x", fields).summary == "401 audience-mismatch")
    }

    @Test("the fourth redirect of a navigation is a 403 that says so")
    func loopGuard() throws {
        let bench = try self.bench()
        var counter = ""
        let token = try EnforcementFixture.token()
        for round in 1...4 {
            var fields = Self.navigation
            fields.append("Cookie: session=\(token)" + (counter.isEmpty ? "" : "; \(counter)"))
            let ruling = try bench.judge("GET /admin/x", fields)
            guard round < 4 else {
                #expect(ruling.summary.hasPrefix("403"))
                #expect(ruling.field("Set-Cookie") == nil)
                break
            }
            #expect(ruling.summary.hasPrefix("302"))
            let cookie = try #require(ruling.field("Set-Cookie"))
            counter = String(try #require(cookie.split(separator: ";").first))
            #expect(counter == "gatekeeper_bounce=step-up.\(round)")
        }
        for _ in 0..<8 {
            let ruling = try bench.judge(
                "GET /admin/x",
                ["Cookie: session=\(token)"] + Self.navigation
            )
            #expect(ruling.summary.hasPrefix("302"))
        }
    }

    @Test("faults outside of the policies are answered without a redirect")
    func faults() throws {
        let bench = try self.bench()
        let connection = ConnectionInfo(
            eventLoop: bench.loop,
            peer: [],
            isTrustedProxy: false,
            isTLS: false
        )
        let head = try bench.head("GET /x", Self.navigation)
        let refusal = bench.enforcer.answer(
            to: .upstreamRefused,
            under: nil,
            head: head,
            from: connection
        )
        #expect(refusal.status == 502)
        let early = bench.enforcer.answer(
            to: .headTimedOut,
            under: nil,
            head: nil,
            from: connection
        )
        #expect(early.status == 408)
    }
}
