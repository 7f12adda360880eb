import Testing

/// Requests that browsers send with cookies on behalf of pages that are not ours.
@Suite(.timeLimit(.minutes(1))) struct CrossSiteTests {
    private static let upgrade = [
        "Connection: Upgrade, close", "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
    ]

    private static func cookie(_ gate: Gate) throws -> String {
        "Cookie: \(SupabaseCookie.name)=\(SupabaseCookie.encoded(try gate.issuer.token()))"
    }

    @Test(
        "a cookie counts on a write from our own pages only",
        arguments: [
            ([], 403), (["Sec-Fetch-Site: same-origin"], 200), (["Sec-Fetch-Site: same-site"], 403),
            (["Sec-Fetch-Site: cross-site"], 403), (["Sec-Fetch-Site: none"], 403),
            (["Origin: https://app.example"], 200), (["Origin: https://evil.example"], 403),
            (["Origin: https://admin.example"], 200), (["Origin: null"], 403),
            (["Origin: http://app.example"], 403), (["Referer: https://app.example/"], 403),
        ]
    )
    func write(lines: [String], status: Int) async throws {
        let setup = try GateSetup.supabase(settings: "allowed_origins: [https://admin.example]")
        try await Gate.run(setup) { gate in
            let all = [try Self.cookie(gate)] + lines
            let answer = try await gate.request("POST", "/account", all, body: "x")
            #expect(answer.status == status)
            if status == 403 { #expect(answer.reason == "cross-site") }
            #expect(gate.upstream.connections == (status == 200 ? 1 : 0))
        }
    }

    @Test("reading needs no proof of where the page is from, except to open a WebSocket")
    func read() async throws {
        try await Gate.run(try .supabase()) { gate in
            let cookie = try Self.cookie(gate)
            for method in ["GET", "HEAD", "OPTIONS"] {
                #expect(try await gate.request(method, "/account", [cookie]).status == 200)
            }
            let connections = gate.upstream.connections
            let lines = ([cookie] + Self.upgrade).joined(separator: "\r\n")
            let answer = try await gate.send(
                "GET /account HTTP/1.1\r\nHost: app.example\r\n\(lines)\r\n\r\n"
            )
            #expect(answer.status == 403)
            #expect(gate.upstream.connections == connections)
        }
    }

    @Test(
        "a WebSocket opens for our own pages, and for whoever brings a token by hand",
        arguments: [
            (["Origin: https://app.example"], true, 200),
            (["Origin: https://evil.example"], true, 403),
            (["Origin: https://admin.example"], true, 200), (["Origin: null"], true, 403),
            (["Sec-Fetch-Site: same-origin"], true, 200),
            (["Sec-Fetch-Site: same-site"], true, 403),
            (["Origin: https://evil.example"], false, 200), ([], false, 200),
        ]
    )
    func webSocket(lines: [String], isCookie: Bool, status: Int) async throws {
        let setup = try GateSetup.supabase(settings: "allowed_origins: [https://admin.example]")
        try await Gate.run(setup) { gate in
            let token = try gate.issuer.token()
            let credential = isCookie ? try Self.cookie(gate) : "Authorization: Bearer \(token)"
            let fields = ([credential] + lines + Self.upgrade).joined(separator: "\r\n")
            let answer = try await gate.send(
                "GET /account HTTP/1.1\r\nHost: app.example\r\n\(fields)\r\n\r\n"
            )
            #expect(answer.status == status)
            #expect(gate.upstream.connections == (status == 200 ? 1 : 0))
        }
    }

    @Test("a Bearer token is not attached by browsers, so it counts from anywhere")
    func bearer() async throws {
        try await Gate.run(try .supabase()) { gate in
            let token = try gate.issuer.token()
            let lines = ["Origin: https://evil.example"]
            #expect(try await gate.request("POST", "/account", as: token, lines).status == 200)
        }
    }

    @Test("`cross_site: allow` switches the rule off")
    func allowed() async throws {
        try await Gate.run(try .supabase(issuerKeys: ["cross_site: allow"])) { gate in
            let cookie = try Self.cookie(gate)
            #expect(try await gate.request("POST", "/account", [cookie]).status == 200)
        }
    }

    @Test("a preflight from an origin that is trusted is forwarded as a visitor's, without a body")
    func preflight() async throws {
        let setup = try GateSetup.supabase(settings: "allowed_origins: [https://admin.example]")
        try await Gate.run(setup) { gate in
            let lines = [
                "Origin: https://admin.example", "Access-Control-Request-Method: DELETE",
                try Self.cookie(gate), "Authorization: Bearer x",
            ]
            let answer = try await gate.request("OPTIONS", "/account", lines, body: "body")
            #expect(answer.status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: visitor\r\n"))
            #expect(gate.forwarded.contains("Access-Control-Request-Method: DELETE\r\n"))
            #expect(!gate.forwarded.contains("Cookie"))
            #expect(!gate.forwarded.contains("Authorization"))
            #expect(gate.forwarded.hasSuffix("\r\n\r\n"))
        }
    }

    @Test("any other preflight is judged like every request")
    func otherPreflight() async throws {
        try await Gate.run(try .supabase()) { gate in
            let lines = ["Origin: https://evil.example", "Access-Control-Request-Method: DELETE"]
            let answer = try await gate.request("OPTIONS", "/account", lines)
            #expect(answer.status == 401)
            #expect(gate.upstream.connections == 0)
        }
    }
}
