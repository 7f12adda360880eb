import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

/// Sockets that end in odd ways concern their own request and no other.
@Suite(.timeLimit(.minutes(1))) struct ProxyCalmTests {
    private static let ok = RecordingUpstream.Reply.send(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    )

    @Test("an upstream that ends before its answer is 502", arguments: Ending.allCases)
    func endBefore(_ ending: Ending) async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return text.contains("/fault") ? [ending.reply] : [Self.ok]
        }
        let client = try await proxy.client()
        try await client.send(keptGet("/fault"))
        try await client.receive("HTTP/1.1 502 Bad Gateway\r\n")
        #expect(proxy.script.faultCodes == ["upstream-closed"])
        // The client's own connection is as good as before.
        client.forget()
        try await client.send(keptGet("/"))
        try await client.receive("\r\n\r\nok")
    }

    enum Ending: CaseIterable {
        case close
        case halfClose
        case reset

        var reply: RecordingUpstream.Reply {
            switch self {
            case .close: .close
            case .halfClose: .endOutput
            case .reset: .reset
            }
        }
    }

    @Test("an upstream that is gone after its answer is asked again elsewhere")
    func resetAfter() async throws {
        let proxy = try await ProxyHarness.start { connection, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            guard connection == 0, text.contains("/second") else { return [Self.ok] }
            return [.reset]
        }
        let client = try await proxy.client()
        for path in ["/first", "/second"] {
            client.forget()
            try await client.send(keptGet(path))
            try await client.receive("\r\n\r\nok")
        }
        #expect(proxy.upstream.connections == 2)
        #expect(proxy.script.dispositions == [.relayed, .relayed])
    }

    @Test("the retry is the last one: a second loss is 502")
    func retriedOnce() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return text.contains("/second") ? [.close] : [Self.ok]
        }
        let client = try await proxy.client()
        try await client.send(keptGet("/first"))
        try await client.receive("\r\n\r\nok")
        try await client.send(keptGet("/second"))
        try await client.receive("HTTP/1.1 502 Bad Gateway\r\n")
        #expect(proxy.upstream.connections == 2)
    }

    @Test("clients for whom no descriptor is left wait outside, and are served in their turn")
    func descriptors() async throws {
        let upstream = try await RecordingUpstream.start()
        var settings = ProxySettings(
            listeners: [.tcp(host: "127.0.0.1", port: 0)],
            upstreams: [.tcp(host: "127.0.0.1", port: upstream.port)]
        )
        settings.descriptors = DescriptorBudget(limit: 16)
        let server = try await ProxyHarness.server(judging: JudgeScript(), settings: settings)
        var clients: [RawClient] = []
        for _ in 0..<12 {
            let client = try await RawClient.connect(to: server.addresses[0])
            try await client.send(keptGet("/"))
            clients.append(client)
        }
        for _ in 0..<12 {
            let answered = try await value("one of those inside is answered") {
                clients.firstIndex { $0.received.contains("\r\n\r\n") }
            }
            try await clients.remove(at: answered).close()
        }
    }

    @Test("a request for which no descriptor is left is 503, and no server is blamed for it")
    func noDescriptor() async throws {
        let upstream = try await RecordingUpstream.start { _, _ in [] }
        let script = JudgeScript()
        var settings = ProxySettings(
            listeners: [.tcp(host: "127.0.0.1", port: 0)],
            upstreams: [.tcp(host: "127.0.0.1", port: upstream.port)]
        )
        settings.ejection = (failures: 1, duration: .seconds(60))
        settings.descriptors = DescriptorBudget(limit: 6)
        let server = try await ProxyHarness.server(judging: script, settings: settings)
        let first = try await RawClient.connect(to: server.addresses[0])
        try await first.send(keptGet("/"))
        try await eventually("it is upstream") { upstream.received() != "" }
        let second = try await FrameClient.connect(to: server.addresses[0])
        try await second.send(.headers(1, http2Get("/")))
        #expect(try await second.finished(1).status == "503")
        #expect(script.faultCodes == ["no-upstream"])
        #expect(server.upstreams.map(\.isUp) == [true])
        try await first.close()
    }

    @Test("a client that stops reading is let go, and no server is blamed for it")
    func clientThatDoesNotRead() async throws {
        let size = 24 * 1024 * 1024
        let upstream = try await RecordingUpstream.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"),
                .sendBytes([UInt8](repeating: 0x61, count: size)),
            ]
        }
        let script = JudgeScript()
        var settings = ProxySettings(
            listeners: [.tcp(host: "127.0.0.1", port: 0)],
            upstreams: [.tcp(host: "127.0.0.1", port: upstream.port)]
        )
        settings.ejection = (failures: 1, duration: .seconds(60))
        settings.limits.responseTimeout = .milliseconds(500)
        let server = try await ProxyHarness.server(judging: script, settings: settings)
        let client = try await RawClient.connect(to: server.addresses[0])
        try await client.channel.setOption(.autoRead, value: false).get()
        try await client.send(keptGet("/"))
        try await eventually("the client is let go") { script.dispositions == [.clientLeft] }
        #expect(script.faultCodes == [])
        #expect(server.upstreams.map(\.isUp) == [true])
        try await client.close()
    }

    @Test("a client that sends its end behind its request is answered whole")
    func halfClosedClient() async throws {
        let size = 1024 * 1024
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n"),
                .sendBytes([UInt8](repeating: 0x61, count: size)),
            ]
        }
        let client = try await proxy.client()
        try await client.send(keptGet("/"))
        try await client.endOutput()
        try await client.receiveAllBytes()
        #expect(client.receivedCount > size)
        try await eventually("the exchange is recorded") {
            proxy.script.dispositions == [.relayed]
        }
    }

    @Test("a client that ends in the middle of its body takes the request back")
    func halfClosedBody() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
        try await eventually("the request is upstream") {
            proxy.upstream.received().hasSuffix("abc")
        }
        try await client.endOutput()
        #expect(try await client.receiveAll() == "")
        #expect(proxy.script.dispositions == [.clientLeft])
    }

    @Test("interim responses up to the limit pass, in their order")
    func interimResponses() async throws {
        let limit = ProxyLimits().interimResponses
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            let storm = (0..<limit).map { "HTTP/1.1 103 Early Hints\r\nLink: </\($0)>\r\n\r\n" }
            return [.send(storm.joined()), Self.ok]
        }
        let text = try await proxy.exchange(closingGet("/"))
        #expect(text.ranges(of: "HTTP/1.1 103").count == limit)
        #expect(text.hasSuffix("\r\n\r\nok"))
    }
}
