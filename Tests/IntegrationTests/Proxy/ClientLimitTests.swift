import JSON
import NIOCore
import Testing

@testable import Gatekeeper

/// What one client may take of a whole sidecar.
@Suite(.timeLimit(.minutes(1))) struct ClientLimitTests {
    private static func setup(_ limits: String, _ more: String = "") throws -> GateSetup {
        try GateSetup(settings: "limits: {\(limits)}\n" + more)
    }

    /// One request an hour, in effect: what is admitted here is the burst.
    private static func burst(_ count: Int, _ more: String = "") throws -> GateSetup {
        try Self.setup("client_requests_per_second: 1, client_burst: \(count)", more)
    }

    @Test("a client has as many connections as it may, and the next is closed without a word")
    func connections() async throws {
        try await Gate.run(try Self.setup("client_connections: 2")) { gate in
            let first = try await gate.client()
            let second = try await gate.client()
            for client in [first, second] {
                try await client.send(keptGet("/public/x"))
                try await client.receive("\r\n\r\nok")
            }
            let third = try await gate.client()
            try? await third.send(keptGet("/public/x"))
            #expect(try await third.receiveAll() == "")
            let page = try await gate.admin("/metrics").body
            #expect(page.contains("gatekeeper_connections_refused_total 1\n"))
            #expect(page.contains("gatekeeper_connections 2\n"))
            // What is given back can be had again.
            try await first.close()
            try await eventually("there is room") {
                // Until then a connection may be closed before anything is sent on it.
                let answer = try? await gate.get("/public/x")
                return answer?.status == 200
            }
            try await second.close()
        }
    }

    @Test("over TLS as well, before a handshake is begun")
    func connectionsOverTLS() async throws {
        let authority = try await TestAuthority.create()
        let server = try await authority.issue("app.example")
        let tls = "tls: {certificate: \(server.certificate), key: \(server.key)}"
        try await Gate.run(try Self.setup("client_connections: 1", tls)) { gate in
            let first = try await gate.client()
            try await eventually("the first one is counted") {
                let second = try await gate.client()
                return try await second.receive(within: .seconds(5)) { _, ended in ended } == ""
            }
            #expect(!first.hasEnded)
            try await first.close()
        }
    }

    @Test("who asks too often gets 429, with the time to wait, and is recorded")
    func requests() async throws {
        try await Gate.run(try Self.burst(2)) { gate in
            let client = try await gate.client()
            for _ in 0..<2 {
                try await client.send(keptGet("/public/x"))
                try await client.receive("\r\n\r\nok")
                client.forget()
            }
            try await client.send(keptGet("/public/x"))
            let answer = HTTPAnswer(try await client.receive("rate-limited"))
            #expect(answer.status == 429)
            #expect(answer["Retry-After"] == "1")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer.text.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
            #expect(answer["Connection"] == nil)
            // The limit is the client's, whatever connection it comes on.
            #expect(try await gate.get("/public/x").status == 429)
            #expect(gate.upstream.connections == 1)
            let records = try await gate.records(4)
            #expect(records.map { $0["status"]?.integerValue } == [200, 200, 429, 429])
            let refused = try #require(records.last)
            #expect(refused["outcome"] == "deny")
            #expect(refused["enforced"]?.arrayValue?.first?["reason"] == "rate-limited")
            #expect(refused["request"]?["path"] == "/public/x")
            let counted = #"gatekeeper_decisions_total{outcome="deny",reason="rate-limited""#
            #expect(try await gate.admin("/metrics").body.contains("\(counted),policy=\"\"} 2\n"))
        }
    }

    @Test("a refused body is not waited for, and the client may come back")
    func comesBack() async throws {
        let limits = "client_requests_per_second: 20, client_burst: 1"
        try await Gate.run(try Self.setup(limits)) { gate in
            #expect(try await gate.get("/public/x").status == 200)
            try await eventually("it may ask again") {
                try await gate.get("/public/x").status == 200
            }
        }
    }

    @Test("nothing is limited unless it is asked for")
    func unlimited() async throws {
        try await Gate.run { gate in
            let client = try await gate.client()
            try await client.send(String(repeating: keptGet("/public/x"), count: 200))
            try await client.receive { text, _ in text.ranges(of: "\r\n\r\nok").count == 200 }
            try await client.close()
        }
    }

    @Test("each stream of HTTP/2 is a request, and gRPC is told in its own words")
    func http2() async throws {
        try await Gate.run(try Self.burst(2)) { gate in
            let client = try await FrameClient.connect(
                to: try #require(gate.sidecar.addresses.first)
            )
            try await client.send(
                .headers(1, http2Get("/public/x")),
                .headers(3, http2Get("/public/x")),
                .headers(5, http2Get("/public/x")),
                .headers(7, http2Post("/public/x", ("content-type", "application/grpc")))
            )
            #expect(try await client.finished(1).status == "200")
            #expect(try await client.finished(3).status == "200")
            let third = try await client.finished(5)
            #expect(third.status == "429" && third["retry-after"] == "1")
            #expect(third.body.contains(#""reason":"rate-limited""#))
            let call = try await client.finished(7)
            #expect(call.status == "200" && call["grpc-status"] == "8")
            #expect(call["grpc-message"] == "rate-limited")
            #expect(call["grpc-retry-pushback-ms"] == "1000")
        }
    }

    @Test("behind a trusted proxy the clients are those it names, and the last it cannot choose")
    func trustedProxy() async throws {
        let setup = try Self.burst(1, "trusted_proxies: [127.0.0.0/8, 10.0.0.0/8]")
        try await Gate.run(setup) { gate in
            let statuses = [
                ("198.51.100.1", 200), ("198.51.100.2", 200), ("198.51.100.1", 429),
                ("203.0.113.9, 198.51.100.1", 429), ("198.51.100.1, 10.1.2.3", 429),
                ("2001:db8::1", 200), ("2001:db8::2", 429), ("2001:db8:0:1::1", 200),
            ]
            for (address, status) in statuses {
                let answer = try await gate.get("/public/x", as: nil, "X-Forwarded-For: \(address)")
                #expect(answer.status == status, "\(address)")
            }
        }
    }

    @Test("what a stranger says of itself does not matter")
    func stranger() async throws {
        try await Gate.run(try Self.burst(1)) { gate in
            let first = try await gate.get("/public/x", as: nil, "X-Forwarded-For: 192.0.2.1")
            let second = try await gate.get("/public/x", as: nil, "X-Forwarded-For: 192.0.2.2")
            #expect([first.status, second.status] == [200, 429])
        }
    }

    @Test("a proxy's own connections are not counted as one client's")
    func proxyConnections() async throws {
        let setup = try Self.setup("client_connections: 1", "trusted_proxies: [127.0.0.0/8]")
        try await Gate.run(setup) { gate in
            let first = try await gate.client()
            try await first.send(keptGet("/public/x"))
            try await first.receive("\r\n\r\nok")
            #expect(try await gate.get("/public/x").status == 200)
            try await first.close()
        }
    }

    @Test("with the PROXY protocol the client is the one in the header")
    func proxyProtocol() async throws {
        let more = "proxy_protocol: true\ntrusted_proxies: [127.0.0.0/8]"
        try await Gate.run(try Self.setup("client_connections: 1", more)) { gate in
            func connect(_ last: UInt8) async throws -> RawClient {
                let client = try await gate.client()
                let header =
                    [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
                    + [0x21, 0x11, 0, 12, 192, 0, 2, last, 10, 0, 0, 1, 0x30, 0x39, 0, 80]
                try await client.send(header + Array(keptGet("/public/x").utf8))
                return client
            }
            let first = try await connect(1)
            try await first.receive("\r\n\r\nok")
            #expect(try await connect(1).receiveAll() == "")
            let other = try await connect(2)
            try await other.receive("\r\n\r\nok")
            try await first.close()
            try await other.close()
        }
    }
}
