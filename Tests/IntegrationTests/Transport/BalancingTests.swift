import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(2))) struct BalancingTests {
    private static func server(
        _ upstreams: [RecordingUpstream],
        _ change: (inout ProxySettings) -> Void = { _ in }
    ) async throws -> ProxyServer {
        var settings = ProxySettings(
            listeners: [.tcp(host: "127.0.0.1", port: 0)],
            upstreams: upstreams.map { .tcp(host: "127.0.0.1", port: $0.port) }
        )
        change(&settings)
        return try await ProxyHarness.server(judging: JudgeScript(), settings: settings)
    }

    private static func named(_ name: String) -> RecordingUpstream.Script {
        { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\(name)")]
        }
    }

    private static func get(
        _ server: ProxyServer,
        _ method: String = "GET"
    ) async throws -> HTTPAnswer {
        let client = try await RawClient.connect(to: server.addresses[0])
        try await client.send("\(method) / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return HTTPAnswer(try await client.receiveAll())
    }

    @Test("every server gets its share", arguments: [UpstreamBalance.roundRobin, .leastLoaded])
    func share(balance: UpstreamBalance) async throws {
        var upstreams: [RecordingUpstream] = []
        for name in ["a", "b", "c"] {
            upstreams.append(try await RecordingUpstream.start(script: Self.named(name)))
        }
        let server = try await Self.server(upstreams) { $0.balance = balance }
        var counts: [String: Int] = [:]
        for _ in 0..<60 { counts[try await Self.get(server).body, default: 0] += 1 }
        #expect(counts.keys.sorted() == ["a", "b", "c"])
        #expect(counts.values.allSatisfy { $0 >= 5 })
    }

    @Test("a server that is down is passed over, even by a POST")
    func down() async throws {
        let up = try await RecordingUpstream.start(script: Self.named("u"))
        let down = try await RecordingUpstream.start()
        let server = try await Self.server([down, up])
        try await down.stop()
        for _ in 0..<20 {
            let answer = try await Self.get(server, "POST")
            #expect(answer.status == 200 && answer.body == "u")
        }
    }

    @Test("where all are down, the answer says so")
    func allDown() async throws {
        let one = try await RecordingUpstream.start()
        let other = try await RecordingUpstream.start()
        let server = try await Self.server([one, other])
        try await one.stop()
        try await other.stop()
        for _ in 0..<20 {
            let answer = try await Self.get(server)
            #expect(answer.status == 502)
            #expect(answer.reason == "upstream-refused")
        }
    }

    @Test("a server that keeps failing is left alone")
    func ejection() async throws {
        let healthy = try await RecordingUpstream.start(script: Self.named("u"))
        let failing = try await RecordingUpstream.start { connection, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            // It recovers after three connections.
            return connection < 3 ? [.close] : Self.named("f")(connection, text)
        }
        let server = try await Self.server([failing, healthy]) { settings in
            settings.balance = .roundRobin
            settings.ejection = (failures: 3, duration: .seconds(600))
        }
        var failures = 0
        try await eventually("it is ejected") {
            if try await Self.get(server).status == 502 { failures += 1 }
            return failures == 3
        }
        for _ in 0..<10 { #expect(try await Self.get(server).body == "u") }
    }

    @Test("health checks take a server out, and bring it back")
    func health() async throws {
        let isUp = Flag(true)
        let checked: @Sendable (String) -> RecordingUpstream.Script = { name in
            { _, text in
                guard RecordingUpstream.isComplete(text) else { return [] }
                if text.hasPrefix("GET /healthz ") {
                    let status = name == "u" || isUp.value ? "204 No Content" : "500 Oh"
                    return [.send("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")]
                }
                return Self.named(name)(0, text)
            }
        }
        let up = try await RecordingUpstream.start(script: checked("u"))
        let other = try await RecordingUpstream.start(script: checked("o"))
        let server = try await Self.server([other, up]) { settings in
            settings.balance = .roundRobin
            settings.health = UpstreamCheck(
                path: "/healthz",
                interval: .milliseconds(50),
                timeout: .seconds(2),
                healthyAfter: 1,
                unhealthyAfter: 2
            )
        }
        try await eventually("both serve") { Set(try await Self.bodies(server)) == ["o", "u"] }
        isUp.value = false
        try await eventually("it is taken out") { Set(try await Self.bodies(server)) == ["u"] }
        isUp.value = true
        try await eventually("it is back") { Set(try await Self.bodies(server)) == ["o", "u"] }
        await server.drain()
    }

    private static func bodies(_ server: ProxyServer) async throws -> [String] {
        var bodies: [String] = []
        for _ in 0..<6 { bodies.append(try await Self.get(server).body) }
        return bodies
    }

    @Test("health checks that leave no server are answered 503")
    func noServer() async throws {
        let upstream = try await RecordingUpstream.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n")]
        }
        let server = try await Self.server([upstream]) { settings in
            settings.health = UpstreamCheck(
                path: "/healthz",
                interval: .milliseconds(50),
                timeout: .seconds(2),
                healthyAfter: 1,
                unhealthyAfter: 2
            )
        }
        try await eventually("it is taken out") { try await Self.get(server).status == 503 }
        #expect(try await Self.get(server).reason == "no-upstream")
        await server.drain()
    }
}
