import JSON
import Testing
import TokenVerify

/// Sessions that travel in Supabase's cookies, and cookies that do not hold one.
@Suite(.timeLimit(.minutes(1))) struct SessionCookieTests {
    /// A way of writing the session of a token as cookies.
    struct Form: CustomTestStringConvertible {
        let testDescription: String
        let write: @Sendable (String) -> String
    }

    static let forms = [
        Form(testDescription: "base64-") { "\(SupabaseCookie.name)=\(SupabaseCookie.encoded($0))" },
        Form(testDescription: "percent-encoded") {
            "\(SupabaseCookie.name)=\(SupabaseCookie.escaped($0))"
        },
        Form(testDescription: "raw JSON") {
            "\(SupabaseCookie.name)=\(SupabaseCookie.session($0))"
        },
        Form(testDescription: "tokens only") { token in
            let session = #"{"access_token":"\#(token)","refresh_token":"r","expires_at":1}"#
            let value = "base64-" + Base64URL.encode(Array(session.utf8))
            return "\(SupabaseCookie.name)=\(value)"
        },
        Form(testDescription: "raw legacy array") { "\(SupabaseCookie.name)=[\"\($0)\",\"r\"]" },
        Form(testDescription: "legacy array") { "\(SupabaseCookie.name)=%5B%22\($0)%22%5D" },
        Form(testDescription: "chunked") { SupabaseCookie.chunked(SupabaseCookie.encoded($0)) },
        Form(testDescription: "chunked, among others, in any order") { token in
            let chunks = SupabaseCookie.chunked(SupabaseCookie.escaped(token)).split(
                separator: "; "
            )
            return "theme=dark; " + chunks.reversed().joined(separator: "; ") + "; lang=de"
        },
    ]

    @Test("a session cookie is a credential in every form it is written in", arguments: forms)
    func session(_ form: Form) async throws {
        try await Gate.run(try .supabase()) { gate in
            let cookie = form.write(try gate.issuer.token())
            #expect(try await gate.get("/account", "Cookie: \(cookie)").status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            #expect(gate.forwarded.contains("Cookie: \(cookie)\r\n"))
        }
    }

    @Test("a session is withheld from the application that need not see it", arguments: forms)
    func withheld(_ form: Form) async throws {
        try await Gate.run(try .supabase(issuerKeys: ["forward_cookie: false"])) { gate in
            let cookie = form.write(try gate.issuer.token())
            let line = "Cookie: a=1; \(cookie); b=2"
            #expect(try await gate.get("/account", line).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            #expect(!gate.forwarded.contains(SupabaseCookie.name))
            #expect(gate.forwarded.contains("a=1"))
            #expect(gate.forwarded.contains("b=2"))
        }
    }

    @Test("of two issuers' cookies one session counts, and the other does not pass beside it")
    func twoIssuers() async throws {
        var setup = try GateSetup.supabase()
        setup.issuers += """

              - provider: static
                issuer: https://other.example
                audience: [api]
                jwks: keys.json
                cookie: access_token
            """
        try await Gate.run(setup) { gate in
            var other = gate.issuer
            other.name = "https://other.example"
            other.audience = "api"
            let ours = SupabaseCookie.encoded(try gate.issuer.token())
            let theirs = try other.token("ada")
            let both = "Cookie: access_token=\(theirs); \(SupabaseCookie.name)=\(ours); x=1"
            #expect(try await gate.get("/account", both).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            #expect(gate.forwarded.contains("Cookie: \(SupabaseCookie.name)=\(ours); x=1\r\n"))
            let expired = SupabaseCookie.encoded(try gate.issuer.token(lifetime: -600))
            let mixed = "Cookie: access_token=\(theirs); \(SupabaseCookie.name)=\(expired); y=1"
            #expect(try await gate.get("/account", mixed).status == 200)
            #expect(gate.forwarded.contains("Cookie: access_token=\(theirs); y=1\r\n"))
            // A token in the other issuer's cookie is a stranger's, however good it is.
            let swapped = "Cookie: access_token=\(try gate.issuer.token())"
            #expect(try await gate.get("/account", swapped).status == 401)
        }
    }

    @Test("chunks that were not part of the judged value are removed", arguments: [0, 1])
    func staleChunks(variant: Int) async throws {
        try await Gate.run(try .supabase()) { gate in
            let token = try gate.issuer.token()
            let name = SupabaseCookie.name
            let judged =
                variant == 0
                ? "\(name)=\(SupabaseCookie.encoded(token))"
                : SupabaseCookie.chunked(SupabaseCookie.encoded(token), into: 2)
            let stale = variant == 0 ? "\(name).0=old; \(name).1=older" : "\(name).3=old"
            let line = "Cookie: a=1; \(stale); \(judged); b=2"
            #expect(try await gate.get("/account", line).status == 200)
            #expect(gate.forwarded.contains("Cookie: a=1; \(judged); b=2\r\n"))
        }
    }

    @Test(
        "a cookie that holds no session makes a visitor, and is withheld",
        arguments: [
            "=nonsense", "=base64-!!!!", "=base64-e30", "=%7B%22access_token%22%3A1%7D",
            ".0=base64-e30",
            ".1=orphan", "=a; sb-abc-auth-token=b",
        ]
    )
    func unreadable(value: String) async throws {
        try await Gate.run(try .supabase()) { gate in
            let line = "Cookie: a=1; \(SupabaseCookie.name)\(value); b=2"
            #expect(try await gate.get("/public/x", line).status == 200)
            #expect(gate.forwarded.contains("Cookie: a=1; b=2\r\n"))
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: visitor\r\n"))
            let refused = try await gate.get("/account", line)
            #expect(refused.status == 401)
            #expect(refused["WWW-Authenticate"]?.contains(#"error="invalid_token""#) == true)
        }
    }

    @Test(
        "a rejected token in a cookie makes a visitor: public routes work, and the cookie is withheld"
    )
    func rejected() async throws {
        try await Gate.run(try .supabase()) { gate in
            var other = try TestIssuer()
            other.name = gate.issuer.name
            other.audience = gate.issuer.audience
            let line = "Cookie: \(SupabaseCookie.name)=\(SupabaseCookie.encoded(try other.token()))"
            #expect(try await gate.get("/public/x", line).status == 200)
            #expect(!gate.forwarded.contains("Cookie"))
            #expect(try await gate.get("/login", line).status == 200)
            let refused = try await gate.get("/account", line)
            #expect(refused.status == 401)
            #expect(refused.reason == "signature-invalid")
        }
    }

    @Test("an expired cookie passes where no policy can name a user, so that the app can renew it")
    func expired() async throws {
        try await Gate.run(try .supabase()) { gate in
            let token = try gate.issuer.token(lifetime: -600)
            let line = "Cookie: \(SupabaseCookie.name)=\(SupabaseCookie.encoded(token))"
            #expect(try await gate.get("/public/x", line).status == 200)
            #expect(gate.forwarded.contains("\(line)\r\n"))
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: visitor\r\n"))
            let guarded = try await gate.get("/guarded/x", line)
            #expect(guarded.status == 401)
            #expect(guarded.reason == "token-expired")
            let browser = try await gate.get("/guarded/x", line, "Sec-Fetch-Mode: navigate")
            #expect(browser.status == 302)
            #expect(browser["Location"]?.contains("/login?return_to=%2Fguarded%2Fx") == true)
            #expect(gate.forwarded.ranges(of: "X-Gatekeeper-Class").count == 1)
        }
    }

    @Test("a Bearer token wins over a cookie, which is removed unless it holds the same token")
    func bearerWins() async throws {
        try await Gate.run(try .supabase()) { gate in
            let name = SupabaseCookie.name
            let token = try gate.issuer.token()
            let other = SupabaseCookie.encoded(try gate.issuer.token("ada"))
            _ = try await gate.get("/account", as: token, "Cookie: a=1; \(name)=\(other)")
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            #expect(gate.forwarded.contains("Cookie: a=1\r\n"))
            let same = "Cookie: \(name)=\(SupabaseCookie.encoded(token))"
            _ = try await gate.get("/account", as: token, same)
            #expect(gate.forwarded.contains("\(same)\r\n"))
        }
    }

    @Test("`forward_cookie: false` keeps the session from the application")
    func withheld() async throws {
        try await Gate.run(try .supabase(issuerKeys: ["forward_cookie: false"])) { gate in
            let cookie = SupabaseCookie.chunked(SupabaseCookie.encoded(try gate.issuer.token()))
            #expect(try await gate.get("/account", "Cookie: a=1; \(cookie)").status == 200)
            #expect(gate.forwarded.contains("Cookie: a=1\r\n"))
        }
    }

    @Test("an API key as Bearer is no credential: the cookie beside it counts")
    func apiKey() async throws {
        try await Gate.run(try .supabase()) { gate in
            let key = "sb_publishable_demo"
            let cookie =
                "Cookie: \(SupabaseCookie.name)="
                + SupabaseCookie.encoded(try gate.issuer.token())
            #expect(try await gate.get("/account", as: key, cookie).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            #expect(try await gate.get("/account", as: key).status == 401)
            #expect(try await gate.get("/public/x", as: key).status == 200)
            let anonymous = try gate.issuer.token(nil, extra: ["role": "anon"])
            #expect(try await gate.get("/public/x", as: anonymous).status == 200)
            #expect(try await gate.get("/account", as: anonymous).reason == "no-credential")
        }
    }

    @Test("another scheme is the application's own business")
    func basic() async throws {
        try await Gate.run(try .supabase()) { gate in
            let line = "Authorization: Basic dTpw"
            let answer = try await gate.get("/public/x", line)
            #expect(answer.status == 200)
            #expect(gate.forwarded.contains("\(line)\r\n"))
            #expect(try await gate.get("/account", line).status == 401)
        }
    }
}
