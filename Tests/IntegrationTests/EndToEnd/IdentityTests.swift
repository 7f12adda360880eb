import JSON
import Testing

/// What the application learns about who is calling.
@Suite(.timeLimit(.minutes(1))) struct IdentityTests {
    @Test("the application is told who calls, in one spelling")
    func user() async throws {
        try await Gate.run { gate in
            let token = try gate.issuer.token(
                "ada",
                assurance: "aal2",
                methods: ["totp", "password"]
            )
            #expect(try await gate.get("/admin", as: token).status == 200)
            for line in [
                "Class: user", "Issuer: https://issuer.example", "Subject: ada",
                "Session: session-of-ada", "AAL: aal2", "Methods: totp,password",
            ] {
                #expect(gate.forwarded.contains("\r\nX-Gatekeeper-\(line)\r\n"))
            }
            #expect(gate.forwarded.contains("\r\nAuthorization: Bearer \(token)\r\n"))
            #expect(gate.forwarded.contains("\r\nHost: app.example\r\n"))
        }
    }

    @Test(
        "the class follows from the claims",
        arguments: [
            ("user", "olga", "authenticated"), ("guest", "gina", "authenticated"),
            ("service", nil, "service_role"),
        ]
    )
    func classes(word: String, subject: String?, role: String) async throws {
        var setup = try GateSetup()
        setup.policy = "gatekeeper 1\nadmit anyone\n"
        try await Gate.run(setup) { gate in
            let token = try gate.issuer.token(
                subject,
                extra: ["role": .string(role), "is_anonymous": .bool(word == "guest")]
            )
            #expect(try await gate.get("/", as: token).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: \(word)\r\n"))
        }
    }

    @Test("a visitor has a class and a decision, and nothing else")
    func visitor() async throws {
        try await Gate.run { gate in
            _ = try await gate.get("/public/x")
            let names = gate.forwarded.split(separator: "\r\n").filter {
                $0.hasPrefix("X-Gatekeeper-")
            }.map { $0.prefix { $0 != ":" } }
            #expect(Set(names) == ["X-Gatekeeper-Class", "X-Gatekeeper-Decision"])
        }
    }

    @Test("the decision in the header is the one in the log")
    func decision() async throws {
        try await Gate.run { gate in
            _ = try await gate.get("/public/x")
            let id = try await gate.records(1)[0]["decision"]?.stringValue
            #expect(gate.forwarded.contains("X-Gatekeeper-Decision: \(id ?? "none")\r\n"))
        }
    }

    @Test(
        "once a policy tells hosts apart, a host that nobody knows is 421",
        arguments: [
            ("app.example", 200), ("APP.example:443", 200), ("app.example.", 200),
            ("console.example", 200), ("evil.example", 421), ("console.example.evil.example", 421),
        ]
    )
    func hosts(host: String, status: Int) async throws {
        var setup = try GateSetup()
        setup.policy = """
            gatekeeper 1
            admit anyone
            policy console { for visitors on /secret/** at console.example deny }
            """
        try await Gate.run(setup) { gate in
            let answer = try await gate.send(
                "GET /x HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            )
            #expect(answer.status == status)
            if status == 200 { #expect(gate.forwarded.contains("\r\nHost: \(host)\r\n")) }
        }
    }

    @Test("a trusted proxy's addresses are passed on, with its own appended")
    func trustedProxy() async throws {
        try await Gate.run(try GateSetup(settings: "trusted_proxies: [127.0.0.0/8]")) { gate in
            let lines = ["X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"]
            _ = try await gate.request("GET", "/public/x", lines)
            #expect(gate.forwarded.contains("X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n"))
            #expect(gate.forwarded.contains("X-Forwarded-Proto: https\r\n"))
        }
    }
}
