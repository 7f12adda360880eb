import Testing

/// What passes through a whole sidecar once it is permitted.
@Suite(.timeLimit(.minutes(1))) struct PassageTests {
    private static func setup(_ script: @escaping RecordingUpstream.Script) throws -> GateSetup {
        var setup = try GateSetup()
        setup.upstream = script
        return setup
    }

    private static func head(_ start: String, _ gate: Gate, _ lines: String...) throws -> String {
        ([
            "\(start) HTTP/1.1", "Host: app.example",
            "Authorization: Bearer \(try gate.issuer.token())",
        ]
            + lines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test("a WebSocket of somebody who may is a tunnel")
    func webSocket() async throws {
        let setup = try Self.setup { _, text in
            if text.hasPrefix("GET /ws") {
                return [
                    .send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\n\r\n"
                    )
                ]
            }
            return text.isEmpty ? [] : [.send("<\(text)>")]
        }
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            try await client.send(
                try Self.head(
                    "GET /ws",
                    gate,
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13"
                )
            )
            try await client.receive("\r\n\r\n")
            try await client.send("ping")
            try await client.receive("<ping>")
            #expect(gate.forwarded.contains("X-Gatekeeper-Subject: olga\r\n"))
            try await client.close()
        }
    }

    @Test("100-continue comes from the application, and the body after it")
    func expectation() async throws {
        let setup = try Self.setup { _, text in
            if text.hasSuffix("\r\n\r\n") { return [.send("HTTP/1.1 100 Continue\r\n\r\n")] }
            return text == "hello"
                ? [.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")] : []
        }
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            try await client.send(
                try Self.head("PUT /x", gate, "Content-Length: 5", "Expect: 100-continue")
            )
            try await client.receive("HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("hello")
            try await client.receive("HTTP/1.1 201 Created\r\n")
            try await client.close()
        }
    }

    @Test("trailers pass both ways, except those that pretend to be ours")
    func trailers() async throws {
        let setup = try Self.setup { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
                        + "0\r\nX-Sum: 7\r\n\r\n"
                )
            ]
        }
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            try await client.send(try Self.head("POST /x", gate, "Transfer-Encoding: chunked"))
            try await client.send("3\r\nabc\r\n0\r\nX-Digest: 1\r\nX-Gatekeeper-AAL: aal2\r\n\r\n")
            try await client.receive("0\r\nX-Sum: 7\r\n\r\n")
            #expect(gate.forwarded.hasSuffix("3\r\nabc\r\n0\r\nX-Digest: 1\r\n\r\n"))
            try await client.close()
        }
    }

    @Test("a stream arrives piece by piece, while the application is still writing")
    func streaming() async throws {
        let setup = try Self.setup { _, text in
            if text.hasPrefix("POST /stream") {
                return [
                    .send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
                    )
                ]
            }
            return text.isEmpty ? [] : [.send("3\r\ntwo\r\n0\r\n\r\n")]
        }
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            try await client.send(try Self.head("POST /stream", gate, "Content-Length: 4"))
            try await client.receive("one")
            #expect(!client.received.contains("two"))
            try await client.send("next")
            try await client.receive("two\r\n0\r\n\r\n")
            try await client.close()
        }
    }

    @Test("a stream that a token opened ends with the token, visibly cut")
    func expiry() async throws {
        let setup = try Self.setup { _, text in
            guard text.hasPrefix("GET /events") else { return [] }
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            return [.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n")]
        }
        try await Gate.run(setup) { gate in
            // Long enough to arrive before it expires, on a machine that is busy.
            let token = try gate.issuer.token(lifetime: 4)
            let answer = try await gate.get("/events", as: token)
            #expect(answer.body.contains("one"))
            #expect(!answer.body.contains("0\r\n\r\n"))
        }
    }

    @Test("one connection serves many requests, each judged by itself")
    func keepAlive() async throws {
        try await Gate.run { gate in
            let client = try await gate.client()
            try await client.send(try Self.head("GET /account", gate))
            try await client.receive("\r\n\r\nok")
            client.forget()
            try await client.send("GET /account HTTP/1.1\r\nHost: app.example\r\n\r\n")
            #expect(try await client.receive("}").hasPrefix("HTTP/1.1 401 Unauthorized\r\n"))
            client.forget()
            try await client.send(try Self.head("GET /account", gate))
            try await client.receive("\r\n\r\nok")
            #expect(gate.upstream.connections == 1)
            try await client.close()
        }
    }

    @Test("the query is forwarded byte for byte")
    func query() async throws {
        try await Gate.run { gate in
            let target = "/x?a=%2F..%2f&b=;//..&c=%zz&=&&d"
            _ = try await gate.get(target, as: try gate.issuer.token())
            #expect(gate.forwarded.hasPrefix("GET \(target) HTTP/1.1\r\n"))
        }
    }
}
