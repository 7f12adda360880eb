import NIOCore
import Testing

@testable import Gatekeeper

/// HTTP/2 clients in front of an upstream that speaks HTTP/1.1.
@Suite(.timeLimit(.minutes(2))) struct HTTP2ServingTests {
    @Test("a request becomes one of HTTP/1.1, and the response comes back")
    func serves() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x-y\r\nX-Y: z\r\n"
                        + "Keep-Alive: 5\r\nX-Kept: 1\r\n\r\nok"
                )
            ]
        }
        let client = try await proxy.frameClient()
        try await client.send(
            .headers(1, http2Get("/a?b=c", ("cookie", "a=1"), ("cookie", "b=2"), ("x-z", "1")))
        )
        let answer = try await client.finished(1)
        #expect(answer.status == "200")
        #expect(answer.body == "ok")
        #expect(answer["x-kept"] == "1")
        #expect(answer.fields.allSatisfy { !["connection", "x-y", "keep-alive"].contains($0.0) })
        let lines = proxy.upstream.received().split(separator: "\r\n")
        #expect(lines.first == "GET /a?b=c HTTP/1.1")
        #expect(lines.contains("Host: app.example"))
        #expect(lines.contains("cookie: a=1; b=2"))
        #expect(lines.contains("X-Forwarded-Host: app.example"))
        #expect(lines.contains("X-Gatekeeper-Class: visitor"))
        try await client.close()
        try await eventually("the exchange is recorded") {
            proxy.script.dispositions == [.relayed]
        }
    }

    @Test("many requests share a connection, and every one gets its own answer")
    func concurrency() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            let path = text.split(separator: " ")[1]
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")]
        }
        let client = try await proxy.frameClient()
        for number in 0..<50 {
            try await client.send(.headers(UInt32(number * 2 + 1), http2Get("/\(number)")))
        }
        for number in 0..<50 {
            let answer = try await client.finished(UInt32(number * 2 + 1))
            #expect(answer.body == "/\(number)")
        }
    }

    @Test("a body of unknown length goes up as chunks, its trailers behind it")
    func upload() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.send(
            .headers(1, http2Post("/", ("te", "trailers")), ends: false),
            .data(1, "hello ", ends: false),
            .data(1, "world", ends: false),
            .headers(1, [("x-sum", "1"), ("x-gatekeeper-subject", "eve")])
        )
        #expect(try await client.finished(1).status == "200")
        let text = proxy.upstream.received()
        #expect(text.contains("Transfer-Encoding: chunked\r\n"))
        #expect(text.contains("hello ") && text.contains("world"))
        #expect(text.hasSuffix("0\r\nx-sum: 1\r\n\r\n"))
        #expect(!text.contains("eve"))
    }

    @Test("trailers of the response come as trailers")
    func trailers() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
                        + "0\r\nGrpc-Status: 5\r\nConnection: x\r\n\r\n"
                )
            ]
        }
        let client = try await proxy.frameClient()
        try await client.send(.headers(1, http2Get("/")))
        let answer = try await client.finished(1)
        #expect(answer.body == "ok")
        #expect(answer.trailers.map { "\($0.0): \($0.1)" } == ["grpc-status: 5"])
    }

    @Test("interim responses pass, and a HEAD is answered without a body")
    func interim() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            let early = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            return [.send(early + "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")]
        }
        let client = try await proxy.frameClient()
        var fields = http2Get("/")
        fields[0].1 = "HEAD"
        try await client.send(.headers(1, fields))
        let answer = try await client.finished(1)
        #expect(answer.status == "200")
        #expect(answer["content-length"] == "9")
        #expect(answer.body == "")
        #expect(client.frames.filter { $0.kind == .headers }.count == 2)
    }

    @Test("an upstream that dies in a body leaves a reset, not an end")
    func cut() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .close]
        }
        let client = try await proxy.frameClient()
        try await client.send(.headers(1, http2Get("/")))
        let answer = try await client.finished(1)
        #expect(!answer.hasEnded)
        #expect(answer.resetCode == 2)
        // What came before is passed on: a reset would take along what waits.
        #expect(answer.body == "half")
    }

    @Test("an upstream that refuses is answered for")
    func refused() async throws {
        let proxy = try await ProxyHarness.start()
        try await proxy.upstream.stop()
        let client = try await proxy.frameClient()
        try await client.send(.headers(1, http2Get("/")))
        let answer = try await client.finished(1)
        #expect(answer.status == "502")
        #expect(answer.body.contains("upstream-refused"))
    }

    @Test("a client that cancels ends its request upstream, and no other")
    func cancel() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            text.contains("/slow") ? [] : RecordingUpstream.ok(0, text)
        }
        let client = try await proxy.frameClient()
        try await client.send(.headers(1, http2Get("/slow")))
        try await eventually("the request is upstream") { proxy.upstream.received() != "" }
        try await client.send(.reset(1), .headers(3, http2Get("/quick")))
        #expect(try await client.finished(3).body == "ok")
        try await eventually("both ended") {
            Set(proxy.script.dispositions.map { "\($0)" }) == ["clientLeft", "relayed"]
        }
    }

    @Test("a slow reader of one stream does not stop another")
    func flowControl() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            guard text.contains("/large") else { return RecordingUpstream.ok(0, text) }
            let size = 8 * 1024 * 1024
            return [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"),
                .sendBytes([UInt8](repeating: 0x61, count: size)),
            ]
        }
        let client = try await proxy.frameClient(settings: .settings((4, 100)))
        try await client.send(.headers(1, http2Get("/large")))
        try await eventually("the window is used up") { try client.answer(on: 1).body.count == 100 }
        try await client.send(.headers(3, http2Get("/small")))
        #expect(try await client.finished(3).body == "ok")
        try await client.send(.windowUpdate(1, 50))
        try await eventually("as much again as was asked for") {
            try client.answer(on: 1).body.count == 150
        }
    }

    @Test("a stream ends when the token expires")
    func expiry() async throws {
        let script = JudgeScript { _, ticket, _ in
            var permit = JudgeScript.permit(ticket)
            permit.expiry = .now() + .milliseconds(300)
            return .forward(permit)
        }
        let proxy = try await ProxyHarness.start(judging: script) { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")]
        }
        let client = try await proxy.frameClient()
        try await client.send(
            .headers(1, http2Get("/events")),
            .headers(3, http2Get("/call", ("content-type", "application/grpc")))
        )
        let events = try await client.finished(1)
        #expect(events.body == "data: 1\n\n")
        #expect(!events.hasEnded && events.resetCode == 8)
        // A call ends with a status, so that the client knows what to do.
        let call = try await client.finished(3)
        #expect(call.trailers.map(\.1) == ["16", "token-expired"])
        #expect(script.dispositions == [.expired, .expired])
    }

    @Test("a WebSocket over HTTP/2 is an upgrade upstream, and a tunnel")
    func webSocket() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            if text.hasPrefix("GET /ws"), text.contains("\r\n\r\n") {
                return [
                    .send(
                        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n"
                    )
                ]
            }
            return text.isEmpty ? [] : [.send("<\(text)>")]
        }
        let client = try await proxy.frameClient()
        let fields = [
            (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "http"),
            (":authority", "app.example"), (":path", "/ws"), ("sec-websocket-version", "13"),
        ]
        try await client.send(.headers(1, fields, ends: false), .data(1, "early", ends: false))
        try await eventually("the tunnel echoes") {
            try client.answer(on: 1).body.contains("<early>")
        }
        let answer = try client.answer(on: 1)
        #expect(answer.status == "200")
        #expect(answer["sec-websocket-accept"] == nil)
        let text = proxy.upstream.received()
        #expect(text.contains("Connection: Upgrade\r\nUpgrade: websocket\r\n"))
        #expect(text.contains("Sec-WebSocket-Key: "))
        try await client.send(.data(1, "more", ends: false))
        try await eventually("and echoes again") {
            try client.answer(on: 1).body.contains("<more>")
        }
    }

    @Test("the preface behind a request is an unknown version")
    func latePreface() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        try await client.send(keptGet("/") + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        let text = try await client.receiveAll()
        #expect(text.hasPrefix("HTTP/1.1 200 ") && text.contains("HTTP/1.1 505 "))
    }

    @Test("HTTP/2 that is switched off is an unknown version")
    func disabled() async throws {
        let upstream = try await RecordingUpstream.start()
        let server = try await ProxyHarness.server(
            judging: JudgeScript(),
            settings: ProxySettings(
                listeners: [.tcp(host: "127.0.0.1", port: 0)],
                upstreams: [.tcp(host: "127.0.0.1", port: upstream.port)],
                http2: nil
            )
        )
        let client = try await FrameClient.connect(to: server.addresses[0])
        #expect(try await client.raw.receiveAll().hasPrefix("HTTP/1.1 505 "))
    }
}
