import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(1))) struct ProxyFaultTests {
    // Only the time under test is short: on a busy machine another one could run out first.
    private static func impatient(
        _ times: WritableKeyPath<ProxyLimits, TimeAmount>...
    ) -> ProxyLimits {
        var limits = ProxyLimits()
        for time in times { limits[keyPath: time] = .milliseconds(500) }
        return limits
    }

    @Test func anUpstreamThatIsDownIs502() async throws {
        let proxy = try await ProxyHarness.start()
        try await proxy.upstream.stop()
        let answer = try await proxy.exchange(closingGet("/"))
        #expect(answer.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(proxy.script.faultCodes == ["upstream-refused"])
        #expect(proxy.script.dispositions == [.upstreamFailed])
    }

    @Test func anUpstreamThatHangsIs504() async throws {
        let limits = Self.impatient(\.responseTimeout)
        let proxy = try await ProxyHarness.start(limits: limits) { _, _ in [] }
        let answer = try await proxy.exchange(closingGet("/"))
        #expect(answer.hasPrefix("HTTP/1.1 504 Gateway Timeout\r\n"))
        #expect(proxy.script.faultCodes == ["upstream-timeout"])
    }

    @Test(
        "a body that is cut looks cut",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        ]
    )
    func cutBody(text: String) async throws {
        let proxy = try await ProxyHarness.start { _, request in
            RecordingUpstream.isComplete(request) ? [.send(text), .close] : []
        }
        let answer = try await proxy.exchange(keptGet("/"))
        #expect(answer.hasSuffix("half") || answer.hasSuffix("half\r\n"))
        #expect(!answer.contains("0\r\n\r\n"))
        #expect(proxy.script.dispositions == [.cut])
    }

    @Test("a client that takes the end of the connection for the end of the body sees a reset")
    func cutBodyUntilClose() async throws {
        let proxy = try await ProxyHarness.start { _, request in
            RecordingUpstream.isComplete(request)
                ? [
                    .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
                    .close,
                ] : []
        }
        let client = try await proxy.client()
        try await client.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
        try await client.receiveAll()
        #expect(client.sawReset)
    }

    @Test func aBodyUntilCloseThatIsResetLooksCut() async throws {
        let proxy = try await ProxyHarness.start { _, request in
            RecordingUpstream.isComplete(request)
                ? [.send("HTTP/1.1 200 OK\r\n\r\nhalf"), .reset] : []
        }
        let answer = try await proxy.exchange(keptGet("/"))
        #expect(!answer.contains("0\r\n\r\n"))
    }

    @Test(
        "what cannot be passed on is 502",
        arguments: [
            ("nonsense\r\n\r\n", "upstream-status-line"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "upstream-length-and-transfer-encoding"
            ),
            (
                "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                "upstream-unexpected-switch"
            ),
            (
                String(repeating: "HTTP/1.1 102 Processing\r\n\r\n", count: 40),
                "upstream-too-many-interim-responses"
            ),
        ]
    )
    func malformed(text: String, code: String) async throws {
        let proxy = try await ProxyHarness.start { _, request in
            RecordingUpstream.isComplete(request) ? [.send(text)] : []
        }
        let answer = try await proxy.exchange(closingGet("/"))
        #expect(answer.contains("HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(proxy.script.faultCodes == [code])
    }

    @Test("a lost keep-alive race is run again once for a request that can be repeated")
    func keepAliveRace() async throws {
        let proxy = try await ProxyHarness.start { connection, request in
            guard RecordingUpstream.isComplete(request) else { return [] }
            let answer = RecordingUpstream.Reply.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            )
            return connection == 0 && request.contains("/second") ? [.close] : [answer]
        }
        let client = try await proxy.client()
        try await client.send(keptGet("/first"))
        try await client.receive("\r\n\r\nok")
        client.forget()
        try await client.send(keptGet("/second"))
        #expect(try await client.receive("\r\n\r\nok").hasPrefix("HTTP/1.1 200 OK"))
        #expect(proxy.upstream.connections == 2)
    }

    @Test func anythingElseIsNotRepeated() async throws {
        let proxy = try await ProxyHarness.start { _, request in
            guard RecordingUpstream.isComplete(request) else { return [] }
            guard request.contains("/second") else {
                return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
            }
            return [.close]
        }
        let client = try await proxy.client()
        try await client.send(keptGet("/first"))
        try await client.receive("\r\n\r\nok")
        client.forget()
        try await client.send("POST /second HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        try await client.receive("HTTP/1.1 502 Bad Gateway\r\n")
        #expect(proxy.upstream.connections == 1)
    }

    @Test("a client that sends one byte at a time gets 408 when the time for heads is over")
    func slowHead() async throws {
        let proxy = try await ProxyHarness.start(
            limits: Self.impatient(\.headerReadTimeout, \.lingerTimeout)
        )
        let client = try await proxy.client()
        try await client.send("GET / HT")
        let answer = try await client.receiveAll()
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(proxy.script.faultCodes == ["head-timeout"])
        #expect(proxy.upstream.connections == 0)
    }

    @Test func aBodyThatStopsIs408() async throws {
        let limits = Self.impatient(\.responseTimeout, \.lingerTimeout)
        let proxy = try await ProxyHarness.start(limits: limits) { _, _ in [] }
        let answer = try await proxy.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"
        )
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(proxy.script.faultCodes == ["body-timeout"])
    }

    @Test func anIdleConnectionIsClosedWithoutAWord() async throws {
        let proxy = try await ProxyHarness.start(limits: Self.impatient(\.idleTimeout))
        let client = try await proxy.client()
        #expect(try await client.receiveAll() == "")
    }

    @Test func unsolicitedBytesSpoilAnIdleUpstreamConnection() async throws {
        let proxy = try await ProxyHarness.start { connection, request in
            guard RecordingUpstream.isComplete(request) else { return [] }
            let extra = connection == 0 ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil" : ""
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" + extra)]
        }
        let client = try await proxy.client()
        for _ in 0..<2 {
            client.forget()
            try await client.send(keptGet("/"))
            #expect(
                try await client.receive("ok") == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            )
        }
        #expect(proxy.upstream.connections == 2)
    }

    @Test func aClientThatLeavesTakesItsUpstreamConnectionAlong() async throws {
        let proxy = try await ProxyHarness.start { _, request in
            guard RecordingUpstream.isComplete(request) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")]
        }
        let client = try await proxy.client()
        try await client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
        try await client.receive("half")
        try await client.close()
        let other = try await proxy.client()
        try await other.send(keptGet("/"))
        try await other.receive("half")
        #expect(proxy.upstream.connections == 2)
    }
}
