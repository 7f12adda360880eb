import HTTPMessage
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(1))) struct ProxyForwardingTests {
    @Test func oneRequestInExactlyThatRequestOut() async throws {
        let proxy = try await ProxyHarness.start()
        let answer = try await proxy.exchange(
            closingGet("/a/../b?x=%2F", "X-Gatekeeper-AAL: aal2", "Accept: */*")
        )
        #expect(answer == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
        #expect(
            proxy.upstream.received() == "GET /b?x=%2F HTTP/1.1\r\nHost: app.example\r\n"
                + "Accept: */*\r\nX-Gatekeeper-Class: visitor\r\n"
                + "X-Gatekeeper-Decision: 00000000000000000000000000000001\r\n"
                + "X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
                + "X-Forwarded-Host: app.example\r\n\r\n"
        )
    }

    @Test func bodiesPassBothWays() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n"),
                .send("0\r\nX-Sum: 1\r\nX-Gatekeeper-AAL: aal2\r\n\r\n"),
            ]
        }
        let client = try await proxy.client()
        try await client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        try await client.send("3;ext\r\nabc\r\n")
        try await client.send("0\r\nX-T: u\r\nContent-Length: 9\r\n\r\n")
        let answer = try await client.receive("X-Sum: 1\r\n\r\n")
        #expect(
            answer == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
                + "0\r\nX-Sum: 1\r\n\r\n"
        )
        #expect(proxy.upstream.received().hasSuffix("\r\n\r\n3\r\nabc\r\n0\r\nX-T: u\r\n\r\n"))
    }

    @Test("head and body go upstream in the order they came, however they were split")
    func splitRequest() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        let text =
            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123456789"
        for byte in text.utf8 {
            try await client.send([byte])
        }
        #expect(try await client.receiveAll().hasSuffix("\r\n\r\nok"))
        #expect(proxy.upstream.received().hasPrefix("POST /x HTTP/1.1\r\nHost: a\r\n"))
        #expect(proxy.upstream.received().hasSuffix("Content-Length: 10\r\n\r\n0123456789"))
    }

    @Test func connectionsAreKeptAndReused() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        for number in 1...5 {
            client.forget()
            try await client.send(keptGet("/\(number)"))
            try await client.receive("\r\n\r\nok")
        }
        #expect(proxy.upstream.connections == 1)
        #expect(proxy.script.dispositions == Array(repeating: .relayed, count: 5))
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard let path = text.split(separator: " ").dropFirst().first else { return [] }
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")]
        }
        let requests = (1...20).map { keptGet("/\($0)") }.joined() + closingGet("/last")
        let answer = try await proxy.exchange(requests)
        let bodies = answer.split(separator: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "H" } }
        #expect(bodies.map(String.init) == (1...20).map { "/\($0)" } + ["/last"])
        #expect(proxy.upstream.connections == 1)
    }

    @Test func httpOneZero() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [
                .send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"),
                .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
            ]
        }
        let answer = try await proxy.exchange("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
        #expect(answer == "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok")
        #expect(proxy.upstream.received().hasPrefix("GET / HTTP/1.1\r\n"))
    }

    @Test func httpOneZeroKeepsAliveWhenAsked() async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.client()
        for _ in 0..<2 {
            client.forget()
            try await client.send("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n")
            let answer = try await client.receive("\r\n\r\nok")
            #expect(answer.contains("\r\nConnection: keep-alive\r\n"))
        }
    }

    @Test func aBodyUntilCloseIsChunked() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.0 200 OK\r\n\r\nhello"), .close]
        }
        let client = try await proxy.client()
        try await client.send(keptGet("/"))
        let answer = try await client.receive("0\r\n\r\n")
        #expect(
            answer == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        )
        client.forget()
        try await client.send(keptGet("/"))
        try await client.receive("0\r\n\r\n")
        #expect(proxy.upstream.connections == 2)
    }

    @Test func headResponsesHaveNoBody() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")]
        }
        let client = try await proxy.client()
        for _ in 0..<2 {
            client.forget()
            try await client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(
                try await client.receive("\r\n\r\n")
                    == "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
            )
        }
        #expect(proxy.upstream.connections == 1)
    }

    @Test func continueIsAskedForAndPassed() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            if text.hasSuffix("\r\n\r\n") { return [.send("HTTP/1.1 100 Continue\r\n\r\n")] }
            guard text == "hello" else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
        }
        let client = try await proxy.client()
        try await client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        )
        try await client.receive("HTTP/1.1 100 Continue\r\n\r\n")
        try await client.send("hello")
        try await client.receive("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(proxy.upstream.received().contains("Expect: 100-continue\r\n"))
    }

    @Test func anEarlyResponseEndsTheConnection() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard text.contains("\r\n\r\n") else { return [] }
            return [.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")]
        }
        let answer = try await proxy.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc"
        )
        #expect(
            answer == "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig"
        )
    }

    @Test func aTrustedProxyIsBelieved() async throws {
        let block = try IPNetwork(parsing: "127.0.0.0/8")
        let proxy = try await ProxyHarness.start(trusting: [block])
        _ = try await proxy.exchange(closingGet("/", "X-Forwarded-For: 198.51.100.1"))
        #expect(
            proxy.upstream.received().contains("X-Forwarded-For: 198.51.100.1, 127.0.0.1\r\n")
        )
    }

    @Test func connectionsAreSpreadOverTheLoops() async throws {
        let loops = Mutex<Set<ObjectIdentifier>>([])
        let script = JudgeScript { _, ticket, eventLoop in
            loops.withLock { _ = $0.insert(ObjectIdentifier(eventLoop)) }
            return .forward(JudgeScript.permit(ticket))
        }
        let upstream = try await RecordingUpstream.start()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let server = try await ProxyHarness.server(
            judging: script,
            settings: ProxySettings(
                listeners: [.tcp(host: "127.0.0.1", port: 0)],
                upstreams: [.tcp(host: "127.0.0.1", port: upstream.port)]
            ),
            on: group
        )
        for _ in 0..<4 {
            let client = try await RawClient.connect(to: server.addresses[0])
            try await client.send(closingGet("/"))
            #expect(try await client.receiveAll().hasSuffix("ok"))
        }
        #expect(loops.withLock { $0.count } == 2)
        await server.drain()
        try await group.shutdownGracefully()
    }

    @Test func unixSocketsBothWays() async throws {
        let path = "/tmp/gatekeeper-\(UInt64.random(in: 0 ... .max)).sock"
        let front = "/tmp/gatekeeper-\(UInt64.random(in: 0 ... .max)).sock"
        let script = JudgeScript()
        let upstream = try await RecordingUpstream.start(path: path)
        let server = try await ProxyHarness.server(
            judging: script,
            settings: ProxySettings(
                listeners: [.unix(path: front)],
                upstreams: [.unix(path: path)]
            )
        )
        let client = try await RawClient.connect(to: SocketAddress(unixDomainSocketPath: front))
        try await client.send(closingGet("/"))
        #expect(try await client.receiveAll().hasSuffix("\r\n\r\nok"))
        #expect(upstream.received().contains("X-Forwarded-For: unix\r\n"))
        await server.drain()
    }
}
