import JSON
import Testing

/// Applications that are down, hang or die.
@Suite(.timeLimit(.minutes(1))) struct BadUpstreamTests {
    private static func setup(
        _ settings: String = "",
        _ script: @escaping RecordingUpstream.Script
    ) throws -> GateSetup {
        var setup = try GateSetup(settings: settings)
        setup.upstream = script
        return setup
    }

    @Test("an upstream that is down is 502, with a body that says so")
    func down() async throws {
        try await Gate.run { gate in
            try await gate.upstream.stop()
            let answer = try await gate.get("/account", as: try gate.issuer.token())
            #expect(answer.status == 502)
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(answer["Cache-Control"] == "no-store")
            let record = try await gate.records(1)[0]
            #expect(record["outcome"]?.stringValue == "allow")
            #expect(record["status"]?.integerValue == 502)
            #expect(try await gate.admin("/readyz").status == 200)
        }
    }

    @Test("an upstream that hangs is 504")
    func hangs() async throws {
        let setup = try Self.setup("limits: {response_timeout: 300ms}") { _, _ in [] }
        try await Gate.run(setup) { gate in
            let answer = try await gate.get("/account", as: try gate.issuer.token())
            #expect(answer.status == 504)
            #expect(try await gate.records(1)[0]["status"]?.integerValue == 504)
        }
    }

    @Test(
        "an upstream that dies in the middle of a body leaves a body that is visibly cut",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        ]
    )
    func dies(text: String) async throws {
        let setup = try Self.setup { _, request in
            RecordingUpstream.isComplete(request) ? [.send(text), .close] : []
        }
        try await Gate.run(setup) { gate in
            let answer = try await gate.get("/account", as: try gate.issuer.token())
            #expect(answer.status == 200)
            #expect(answer.body.contains("half"))
            #expect(!answer.body.contains("0\r\n\r\n"))
            #expect(answer["Content-Length"] == nil || answer["Content-Length"] == "100")
        }
    }

    @Test("an answer that is none is 502, and nothing of it passes")
    func nonsense() async throws {
        let setup = try Self.setup { _, request in
            RecordingUpstream.isComplete(request) ? [.send("220 mail.example ESMTP\r\n\r\n")] : []
        }
        try await Gate.run(setup) { gate in
            let answer = try await gate.get("/account", as: try gate.issuer.token())
            #expect(answer.status == 502)
            #expect(!answer.text.contains("ESMTP"))
        }
    }
}
