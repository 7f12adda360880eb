import Testing

/// Clients that say themselves who they are.
@Suite(.timeLimit(.minutes(1))) struct ForgedIdentityTests {
    @Test(
        "a client's own identity field never passes, however it is written",
        arguments: [
            "X-Gatekeeper-AAL: aal2", "x-gatekeeper-aal: aal2", "X-GATEKEEPER-AAL: aal2",
            "X_Gatekeeper_AAL: aal2", "X-Gatekeeper_Aal: aal2", "X.Gatekeeper.AAL: aal2",
            "X-Gatekeeper-AAL: aal1\r\nX-Gatekeeper-AAL: aal2", "X-Gatekeeper-Unknown: aal2",
            "Connection: X-Gatekeeper-AAL\r\nX-Gatekeeper-AAL: aal2",
        ]
    )
    func stripped(lines: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.get("/account", as: try gate.issuer.token(), lines)
            #expect(answer.status == 200)
            #expect(!gate.forwarded.lowercased().contains("aal2"))
            #expect(gate.forwarded.ranges(of: "X-Gatekeeper-AAL: aal1\r\n").count == 1)
        }
    }

    @Test("a visitor has no subject, whatever the client says")
    func visitor() async throws {
        try await Gate.run { gate in
            _ = try await gate.get(
                "/public/x",
                "X-Gatekeeper-Subject: ada",
                "X-Gatekeeper-Class: user"
            )
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: visitor\r\n"))
            #expect(!gate.forwarded.contains("ada"))
            #expect(!gate.forwarded.contains("Class: user"))
        }
    }

    @Test("the connection cannot be told to drop what we add")
    func namedInConnection() async throws {
        try await Gate.run { gate in
            _ = try await gate.request(
                "GET",
                "/account",
                as: try gate.issuer.token(),
                ["Connection: X-Gatekeeper-Subject, X-Gatekeeper-Class, Authorization"]
            )
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: user\r\n"))
        }
    }

    @Test(
        "fields that rewrite what was judged do not pass",
        arguments: [
            "X-Original-URL: /admin", "X-Rewrite-URL: /admin", "X-HTTP-Method-Override: DELETE",
            "X-Middleware-Subrequest: middleware", "X-Method-Override: PUT", "X-HTTP-Method: PUT",
            "Forwarded: for=evil", "X-Real-IP: 6.6.6.6", "X-Forwarded-For: 6.6.6.6",
            "X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: /evil",
        ]
    )
    func rewriting(line: String) async throws {
        try await Gate.run { gate in
            let answer = try await gate.get("/account", as: try gate.issuer.token(), line)
            #expect(answer.status == 200)
            #expect(!gate.forwarded.contains(line))
            #expect(!gate.forwarded.contains("evil"))
            #expect(gate.forwarded.contains("X-Forwarded-For: 127.0.0.1\r\n"))
            #expect(gate.forwarded.contains("X-Forwarded-Host: app.example\r\n"))
        }
    }

    @Test("a route may accept such a field by name")
    func accepted() async throws {
        let setup = try GateSetup(
            settings: "routes: [{match: /api/**, accept: [x-http-method-override]}]"
        )
        try await Gate.run(setup) { gate in
            let line = "X-HTTP-Method-Override: DELETE"
            _ = try await gate.get("/api/x", as: try gate.issuer.token(), line)
            #expect(gate.forwarded.contains("X-HTTP-Method-Override: DELETE\r\n"))
        }
    }
}
