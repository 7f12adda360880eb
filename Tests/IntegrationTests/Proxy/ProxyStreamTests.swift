import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(1))) struct ProxyStreamTests {
    private static let upgrade = keptGet(
        "/ws",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: k"
    )
    private static let switching =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

    private static let echo: RecordingUpstream.Script = { _, text in
        if text.hasPrefix("GET /ws"), text.contains("\r\n\r\n") { return [.send(switching)] }
        return text.isEmpty ? [] : [.send("<" + text + ">")]
    }

    @Test func aWebSocketBecomesATunnel() async throws {
        let proxy = try await ProxyHarness.start(upstream: Self.echo)
        let client = try await proxy.client()
        try await client.send(Self.upgrade)
        let answer = try await client.receive("\r\n\r\n")
        #expect(answer == Self.switching)
        client.forget()
        try await client.send("ping")
        try await client.receive("<ping>")
        try await client.close()
    }

    @Test("an upgrade gets a connection of its own, which serves nobody afterwards")
    func ownConnection() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        for (request, connections) in [
            (keptGet("/before"), 1), (Self.upgrade, 2), (keptGet("/between"), 2),
            (Self.upgrade, 3), (keptGet("/after"), 3),
        ] {
            try await client.send(request)
            try await client.receive("\r\n\r\nok")
            client.forget()
            #expect(proxy.upstream.connections == connections)
        }
        #expect(proxy.upstream.received(0).contains("GET /after"))
        #expect(proxy.upstream.received(1).ranges(of: "GET /").count == 1)
        try await client.close()
    }

    @Test("CVE-2026-2833: what follows an upgrade waits for the 101")
    func earlyBytesAreHeld() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard text.contains("\r\n\r\n") else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
        }
        let client = try await proxy.client()
        try await client.send(Self.upgrade + "GET /smuggled HTTP/1.1\r\nHost: a b\r\n\r\n")
        let answer = try await client.receiveAll()
        #expect(answer.contains("HTTP/1.1 200 OK"))
        #expect(answer.contains("HTTP/1.1 400 Bad Request"))
        #expect(!proxy.upstream.received().contains("smuggled"))
    }

    @Test func earlyBytesPassOnceTheTunnelIsOpen() async throws {
        let proxy = try await ProxyHarness.start(upstream: Self.echo)
        let client = try await proxy.client()
        try await client.send(Self.upgrade + "early")
        try await client.receive("<early>")
    }

    @Test(
        "a stream or tunnel ends when the token expires",
        arguments: [true, false]
    )
    func expiry(isTunnel: Bool) async throws {
        let script = JudgeScript { _, ticket, _ in
            var permit = JudgeScript.permit(ticket)
            permit.expiry = .now() + .milliseconds(200)
            return .forward(permit)
        }
        var limits = ProxyLimits()
        limits.lingerTimeout = .milliseconds(200)
        let proxy = try await ProxyHarness.start(judging: script, limits: limits) { _, text in
            guard text.contains("\r\n\r\n") else { return [] }
            return [
                .send(
                    isTunnel
                        ? Self.switching
                        : "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                )
            ]
        }
        let client = try await proxy.client()
        try await client.send(isTunnel ? Self.upgrade : keptGet("/events"))
        let answer = try await client.receiveAll()
        #expect(!answer.contains("0\r\n\r\n"))
        #expect(script.dispositions == [.expired])
    }

    @Test(
        "a reader that does not read stops the upstream; nothing is lost",
        arguments: [true, false]
    )
    func backPressure(isChunked: Bool) async throws {
        let size = 24 * 1024 * 1024
        let proxy = try await ProxyHarness.start { _, text in
            guard text.contains("\r\n\r\n") else { return [] }
            let body = [UInt8](repeating: 0x61, count: size)
            let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(size)"
            let head = RecordingUpstream.Reply.send("HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n")
            let ends = isChunked ? ("\(String(size, radix: 16))\r\n", "\r\n0\r\n\r\n") : ("", "")
            return [head, .send(ends.0), .sendBytes(body), .send(ends.1)]
        }
        let client = try await proxy.client()
        try await client.channel.setOption(.autoRead, value: false).get()
        try await client.send(closingGet("/"))
        try await client.channel.eventLoop.scheduleTask(in: .milliseconds(200)) {}.futureResult
            .get()
        #expect(client.receivedCount < 16 * 1024 * 1024)
        try await client.channel.setOption(.autoRead, value: true).get()
        let end = isChunked ? "0\r\n\r\n" : "a"
        _ = try await client.receiveAllBytes()
        #expect(client.receivedCount >= size)
        #expect(client.received.hasSuffix(end))
    }

    @Test func anUploadWaitsForASlowUpstream() async throws {
        let size = 4 * 1024 * 1024
        let proxy = try await ProxyHarness.start { _, text in
            guard text.utf8.count > size else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
        }
        let client = try await proxy.client()
        try await client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
        try await client.send([UInt8](repeating: 0x62, count: size))
        try await client.receive("\r\n\r\nok")
        #expect(proxy.upstream.receivedBytes() > size)
    }

    @Test func drainingFinishesWhatRuns() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            if text.contains("/slow") {
                return [.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha")]
            }
            return text.isEmpty ? [] : [.send("lf")]
        }
        let idle = try await proxy.client()
        let busy = try await proxy.client()
        try await busy.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
        try await busy.receive("ha")
        async let drained: Void = proxy.server.drain()
        #expect(try await idle.receiveAll() == "")
        try await busy.send("x")
        #expect(try await busy.receiveAll().hasSuffix("half"))
        await drained
        await #expect(throws: (any Error).self) { try await proxy.client() }
    }

    @Test func drainingEndsAtItsDeadline() async throws {
        var limits = ProxyLimits()
        limits.drainTimeout = .milliseconds(100)
        let proxy = try await ProxyHarness.start(limits: limits) { _, _ in [] }
        let client = try await proxy.client()
        try await client.send(keptGet("/"))
        await proxy.server.drain()
        #expect(try await client.receiveAll() == "")
    }
}
