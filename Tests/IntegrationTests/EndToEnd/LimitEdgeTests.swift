import Foundation
import JSON
import NIOCore
import NIOPosix
import Testing

@testable import Gatekeeper

/// Every size and time of `limits:`, on both sides of its edge, as a client of a running sidecar
/// meets it.
@Suite(.timeLimit(.minutes(2))) struct LimitEdgeTests {
    private static func setup(_ limits: String) throws -> GateSetup {
        try GateSetup(settings: "limits: {\(limits)}")
    }

    // Sizes.

    @Test("a head of `header_bytes` is served, one byte more is not", arguments: [0, 1])
    func headerBytes(over: Int) async throws {
        try await Gate.run(try Self.setup("header_bytes: 2KiB")) { gate in
            let rest = "GET /public/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: \r\n\r\n"
            let filler = String(repeating: "x", count: 2_048 - rest.utf8.count + over)
            let head = rest.replacing("X: ", with: "X: \(filler)")
            #expect(head.utf8.count == 2_048 + over)
            let answer = try await gate.send(head)
            #expect(answer.status == (over == 0 ? 200 : 431))
            #expect(answer.reason == (over == 0 ? nil : "head-too-large"))
            #expect(gate.upstream.connections == 1 - over)
        }
    }

    @Test("a request line may fill the head, but not exceed it", arguments: [0, 1])
    func requestLine(over: Int) async throws {
        try await Gate.run(try Self.setup("header_bytes: 2KiB")) { gate in
            let rest = "GET /public/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let filler = String(repeating: "x", count: over == 0 ? 2_048 - rest.utf8.count : 2_048)
            let answer = try await gate.send(rest.replacing("/public/", with: "/public/\(filler)"))
            #expect(answer.status == (over == 0 ? 200 : 414))
        }
    }

    @Test("trailers of `header_bytes` are served, one byte more are not", arguments: [0, 1])
    func trailers(over: Int) async throws {
        try await Gate.run(try Self.setup("header_bytes: 2KiB")) { gate in
            let filler = String(repeating: "x", count: 2_048 - "X: \r\n".utf8.count + over)
            let head = "POST /public/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            let token = "Authorization: Bearer \(try gate.issuer.token())\r\n"
            let body = "Transfer-Encoding: chunked\r\n\r\n0\r\nX: \(filler)\r\n\r\n"
            let answer = try await gate.send(head + token + body)
            #expect(answer.status == (over == 0 ? 200 : 431))
            #expect(answer.reason == (over == 0 ? nil : "trailers-too-large"))
        }
    }

    @Test("a token of `token_bytes` is read, one byte more is not", arguments: [0, 1])
    func tokenBytes(over: Int) async throws {
        let setup = try GateSetup()
        let token = try setup.issuer.token()
        var limited = setup
        limited.settings = "limits: {token_bytes: \(token.utf8.count - over)B}"
        try await Gate.run(limited) { gate in
            let answer = try await gate.get("/account", as: token)
            #expect(answer.status == (over == 0 ? 200 : 401))
            #expect(answer.reason == (over == 0 ? nil : "token-too-large"))
        }
    }

    @Test("a session in `cookie_chunks` pieces is read, one in more is not", arguments: [0, 1])
    func cookieChunks(over: Int) async throws {
        let settings = "log: {file: decisions.jsonl}\nlimits: {cookie_chunks: \(4 - over)}"
        try await Gate.run(try .supabase(settings: settings)) { gate in
            let session = SupabaseCookie.encoded(try gate.issuer.token())
            let cookie = "Cookie: \(SupabaseCookie.chunked(session, into: 4))"
            let answer = try await gate.get("/account", as: nil, cookie)
            #expect(answer.status == (over == 0 ? 200 : 401))
            let record = try #require(try await gate.records(1).first)
            let code = record["token"]?["code"]?.stringValue
            #expect(code == (over == 0 ? nil : "cookie-unreadable"))
        }
    }

    // Times. Each limit is short in its own test only, and nothing has to be quick: what must not
    // happen early is timed, and what must not happen at all is given a limit it cannot reach.

    private static let short = Duration.milliseconds(300)
    // The watch starts when the request has left, the limit runs a little earlier.
    private static let shortest = Self.short - .milliseconds(50)

    private func lasts(_ body: () async throws -> Void) async throws -> Duration {
        let start = ContinuousClock.now
        try await body()
        return ContinuousClock.now - start
    }

    @Test("`header_read_timeout` runs from the first byte of a head, and not a moment less")
    func headerReadTimeout() async throws {
        try await Gate.run(try Self.setup("header_read_timeout: 300ms")) { gate in
            let client = try await gate.client()
            try await client.send("GET /public/x HTTP/1.1\r\nHost: a\r\n")
            let time = try await self.lasts {
                try await client.receive { text, _ in text.contains("head-timeout") }
            }
            #expect(client.received.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
            #expect(time >= Self.shortest)
        }
        try await Gate.run(try Self.setup("header_read_timeout: 1m, idle_timeout: 300ms")) { gate in
            let client = try await gate.client()
            try await client.send("GET /public/x HTTP/1.1\r\nHost: a\r\n")
            await #expect(throws: RawClient.Failure.self) {
                try await client.receive(within: .milliseconds(500)) { $0 != "" || $1 }
            }
            try await client.send("\r\n")
            try await client.receive("\r\n\r\nok")
        }
    }

    @Test("`idle_timeout` ends a connection without a request, and not a moment earlier")
    func idleTimeout() async throws {
        try await Gate.run(try Self.setup("idle_timeout: 300ms")) { gate in
            let client = try await gate.client()
            try await client.send(keptGet("/public/x"))
            try await client.receive("\r\n\r\nok")
            let time = try await self.lasts { try await client.receiveAll() }
            #expect(time >= Self.shortest)
        }
    }

    @Test("`response_timeout` is the longest wait for an answer", arguments: [true, false])
    func responseTimeout(isLong: Bool) async throws {
        var setup = try Self.setup("response_timeout: \(isLong ? "1m" : "300ms")")
        setup.upstream = { _, _ in [] }
        try await Gate.run(setup) { gate in
            let client = try await gate.client()
            try await client.send(keptGet("/public/x"))
            guard isLong else {
                let time = try await self.lasts { try await client.receive("upstream-timeout") }
                #expect(client.received.hasPrefix("HTTP/1.1 504 Gateway Timeout\r\n"))
                return #expect(time >= Self.shortest)
            }
            await #expect(throws: RawClient.Failure.self) {
                try await client.receive(within: .milliseconds(500)) { text, _ in text != "" }
            }
            try await client.close()
        }
    }

    @Test("`connect_timeout` is the longest wait for a server that takes no connection")
    func connectTimeout() async throws {
        let full = try await FullPort.open()
        let settings = "upstream: http://127.0.0.1:\(full.port)\nlimits: {connect_timeout: 300ms}"
        try await Gate.run(try GateSetup(settings: settings)) { gate in
            let client = try await gate.client()
            try await client.send(keptGet("/public/x"))
            let time = try await self.lasts {
                try await client.receive("upstream-connect-timeout")
            }
            #expect(client.received.hasPrefix("HTTP/1.1 504 Gateway Timeout\r\n"))
            #expect(time >= Self.shortest)
        }
        try await full.close()
    }

    @Test("`drain_timeout` is how long a request may still take", arguments: [true, false])
    func drainTimeout(isLong: Bool) async throws {
        var setup = try Self.setup("drain_timeout: \(isLong ? "1m" : "300ms")")
        setup.upstream = { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha")]
                + (text.contains("/end") ? [.send("lf")] : [])
        }
        try await ServeProcess.run(setup) { serve in
            let busy = try await serve.client()
            let line = "POST /public/x HTTP/1.1\r\nHost: app.example\r\n"
            let token = try serve.setup.issuer.token()
            try await busy.send(
                "\(line)Authorization: Bearer \(token)\r\nContent-Length: 1\r\n\r\nx"
            )
            try await busy.receive("ha")
            serve.process.signal(SIGTERM)
            if isLong {
                await #expect(throws: RawClient.Failure.self) {
                    try await busy.receive(within: .milliseconds(600)) { _, hasEnded in hasEnded }
                }
                return
            }
            let time = try await self.lasts { try await busy.receiveAll() }
            #expect(time >= .milliseconds(250))
            #expect(busy.received.hasSuffix("ha"))
            #expect(try await serve.process.result().status == 0)
        }
    }
}

/// A port whose queue of connections is full, so that another one is never taken, nor refused.
private struct FullPort {
    let port: Int
    private let listener: any Channel
    private let first: any Channel

    static func open() async throws -> FullPort {
        let group = MultiThreadedEventLoopGroup.singleton
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 0)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = listener.localAddress?.port ?? 0
        // The queue has room for one more than was asked for, and nobody takes it out.
        let first = try await ClientBootstrap(group: group)
            .connect(host: "127.0.0.1", port: port).get()
        return FullPort(port: port, listener: listener, first: first)
    }

    func close() async throws {
        try await self.first.close()
        try await self.listener.close()
    }
}
