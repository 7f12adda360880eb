import JSON
import Testing

/// What clients get instead of the application, by outcome, style and kind of client.
@Suite(.timeLimit(.minutes(1))) struct AnswerTests {
    private static let navigation = "Sec-Fetch-Mode: navigate"
    private static let html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"

    @Test("a session that can be upgraded is sent to the page of its remedy, with the way back")
    func redirect() async throws {
        try await Gate.run { gate in
            let enroll = try await gate.get(
                "/admin/x?a=%2F&b=ü".replacing("ü", with: "%C3%BC"),
                as: try gate.issuer.token()
            )
            #expect(enroll.status == 302)
            #expect(
                enroll["Location"]
                    == "https://app.example/mfa/setup?return_to=%2Fadmin%2Fx%3Fa%3D%252F%26b%3D%25C3%25BC"
            )
            #expect(enroll["Cache-Control"] == "no-store")
            #expect(enroll["Vary"] != nil)
            let stepUp = try await gate.get("/admin", as: try gate.issuer.token("ada"))
            #expect(stepUp["Location"] == "https://app.example/mfa?return_to=%2Fadmin")
        }
    }

    @Test("secrets of the query do not travel in `return_to`")
    func oneTimeParameters() async throws {
        try await Gate.run { gate in
            let target =
                "/admin?a=1&code=s3cret&%61ccess_token=s3cret&return_to=/evil&__clerk_x=s3cret"
            let answer = try await gate.get(target, as: try gate.issuer.token("ada"))
            #expect(answer["Location"]?.hasSuffix("?return_to=%2Fadmin%3Fa%3D1") == true)
        }
    }

    @Test("what would be too long to come back to is left out")
    func longTarget() async throws {
        try await Gate.run { gate in
            let target = "/admin?q=\(String(repeating: "x", count: 2100))"
            let answer = try await gate.get(target, as: try gate.issuer.token("ada"))
            #expect(answer["Location"] == "https://app.example/mfa")
        }
    }

    @Test(
        "a request that writes is answered 303, and comes back to the page it was sent from",
        arguments: [
            ("https://app.example/admin/form?x=1", "?return_to=%2Fadmin%2Fform%3Fx%3D1"),
            ("https://evil.example/admin/form", ""),
        ]
    )
    func write(referer: String, parameter: String) async throws {
        try await Gate.run { gate in
            let token = try gate.issuer.token("ada")
            let line = "Referer: \(referer)"
            let answer = try await gate.request("POST", "/admin", as: token, [line], body: "x")
            #expect(answer.status == 303)
            #expect(answer["Location"] == "https://app.example/mfa\(parameter)")
        }
    }

    @Test(
        "a visitor's browser is sent to the sign-in page, a program gets 401 without an error code"
    )
    func unauthenticated() async throws {
        try await Gate.run { gate in
            let browser = try await gate.get("/account", Self.navigation)
            #expect(browser.status == 302)
            #expect(browser["Location"] == "https://app.example/login?return_to=%2Faccount")
            let program = try await gate.get("/account")
            #expect(program.status == 401)
            #expect(program["WWW-Authenticate"] == "Bearer")
            #expect(program["Content-Type"] == "application/problem+json")
            #expect(program.json["outcome"]?.stringValue == "unauthenticated")
            #expect(program.reason == "no-credential")
            #expect(program.json["decision"]?.stringValue?.count == 32)
        }
    }

    @Test("a class that no `admit` names is 403")
    func denied() async throws {
        var setup = try GateSetup()
        setup.policy = "gatekeeper 1\nadmit users\n"
        try await Gate.run(setup) { gate in
            let token = try gate.issuer.token(nil, extra: ["role": "service_role"])
            let answer = try await gate.get("/account", as: token)
            #expect(answer.status == 403)
            #expect(answer.reason == "not-admitted")
        }
    }

    @Test("`challenge` answers as RFC 9470 says, with the page in the body")
    func challenge() async throws {
        try await Gate.run(try GateSetup(settings: "answer: challenge")) { gate in
            let token = try gate.issuer.token("ada")
            let answer = try await gate.get("/admin?x=1", as: token, Self.navigation, Self.html)
            #expect(answer.status == 401)
            #expect(
                answer["WWW-Authenticate"]
                    == #"Bearer error="insufficient_user_authentication", "#
                    + #"error_description="aal-too-low", acr_values="aal2""#
            )
            #expect(answer["Content-Type"] == "text/html; charset=utf-8")
            let program = try await gate.get("/admin?x=1", as: token)
            #expect(program.json["outcome"]?.stringValue == "step-up")
            #expect(program.json["policy"]?.stringValue == "admin")
            #expect(
                program.json["step_up_uri"]?.stringValue
                    == "https://app.example/mfa?return_to=%2Fadmin%3Fx%3D1"
            )
        }
    }

    @Test(
        "`negotiate` redirects whoever loads a page and challenges everybody else",
        arguments: [
            (["Sec-Fetch-Mode: navigate"], 302), (["Accept: text/html"], 302),
            (["Accept: text/html;q=0.5, application/json"], 401), (["Accept: */*"], 401), ([], 401),
            (["Sec-Fetch-Mode: cors", "Accept: text/html"], 401),
        ]
    )
    func negotiate(lines: [String], status: Int) async throws {
        try await Gate.run(try GateSetup(settings: "answer: negotiate")) { gate in
            let token = try gate.issuer.token("ada")
            #expect(try await gate.request("GET", "/admin", as: token, lines).status == status)
        }
    }

    @Test("a route can override the answer")
    func route() async throws {
        let settings = "routes: [{match: /admin/api/**, answer: challenge}]"
        try await Gate.run(try GateSetup(settings: settings)) { gate in
            let token = try gate.issuer.token("ada")
            #expect(try await gate.get("/admin/api/x", as: token).status == 401)
            #expect(try await gate.get("/admin/x", as: token).status == 302)
        }
    }

    @Test(
        "a WebSocket upgrade is challenged, and gRPC gets its own status: neither follows a redirect"
    )
    func cannotFollow() async throws {
        try await Gate.run { gate in
            let token = try gate.issuer.token("ada")
            let upgrade = try await gate.send(
                "GET /admin HTTP/1.1\r\nHost: app.example\r\nAuthorization: Bearer \(token)\r\n"
                    + "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
            )
            #expect(upgrade.status == 401)
            #expect(upgrade["Location"] == nil)
            let call = try await gate.get(
                "/admin",
                as: token,
                "Content-Type: application/grpc+proto"
            )
            #expect(call.status == 200)
            #expect(call["grpc-status"] == "16")
            #expect(call["Location"] == nil)
        }
    }

    @Test("a page on an allowed origin can read the challenge; others cannot")
    func origins() async throws {
        let settings = "answer: challenge\nallowed_origins: [https://admin.example]"
        try await Gate.run(try GateSetup(settings: settings)) { gate in
            let own = try await gate.get("/account", "Origin: https://admin.example")
            #expect(own["Access-Control-Allow-Origin"] == "https://admin.example")
            #expect(own["Access-Control-Allow-Credentials"] == "true")
            #expect(own["Access-Control-Expose-Headers"]?.contains("WWW-Authenticate") == true)
            let other = try await gate.get("/account", "Origin: https://evil.example")
            #expect(other["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test(
        "the fourth redirect of a browser says what is wrong, and a client without cookies goes on"
    )
    func redirectLoop() async throws {
        try await Gate.run { gate in
            let token = try gate.issuer.token("ada")
            var cookie = "theme=dark"
            for _ in 1...3 {
                let answer = try await gate.get(
                    "/admin",
                    as: token,
                    Self.navigation,
                    "Cookie: \(cookie)"
                )
                #expect(answer.status == 302)
                let line = try #require(answer["Set-Cookie"])
                #expect(line.hasSuffix("; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"))
                cookie = String(line.prefix { $0 != ";" })
            }
            let last = try await gate.get("/admin", as: token, Self.navigation, "Cookie: \(cookie)")
            #expect(last.status == 403)
            #expect(last.reason == "redirect-loop")
            let forgetful = try await gate.get("/admin", as: token, Self.navigation)
            #expect(forgetful.status == 302)
        }
    }

    @Test("the pages themselves are open to whoever is sent there")
    func pages() async throws {
        try await Gate.run { gate in
            let signIn = try await gate.get("/login")
            #expect(signIn.status == 200)
            #expect(try await gate.get("/mfa", as: try gate.issuer.token("ada")).status == 200)
            #expect(try await gate.get("/mfa/setup", as: try gate.issuer.token()).status == 200)
        }
    }

    @Test("HEAD is answered without a body")
    func head() async throws {
        try await Gate.run { gate in
            let answer = try await gate.request("HEAD", "/account")
            #expect(answer.status == 401)
            #expect(answer.body.isEmpty)
            #expect(
                try await gate.request("HEAD", "/admin", as: try gate.issuer.token("ada")).status
                    == 302
            )
        }
    }

    @Test(
        "our own corner of the public port is never forwarded",
        arguments: ["/.gatekeeper/", "/.gatekeeper/x"]
    )
    func ownCorner(target: String) async throws {
        try await Gate.run { gate in
            _ = try await gate.get(target, as: try gate.issuer.token())
            #expect(gate.upstream.connections == 0)
        }
    }

    @Test("CONNECT and TRACE are 405", arguments: ["TRACE /public/x", "CONNECT app.example:443"])
    func methods(start: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.send("\(start) HTTP/1.1\r\nHost: app.example:443\r\n\r\n")
            #expect(answer.status == 405)
            #expect(gate.upstream.connections == 0)
        }
    }
}
