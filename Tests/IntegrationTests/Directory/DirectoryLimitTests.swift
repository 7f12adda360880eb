import JSON
import NIOCore
import Testing

@testable import Gatekeeper

/// Every size and time of `directory:`, on both sides of its edge, as clients of a running sidecar
/// meet it.
@Suite(.timeLimit(.minutes(2))) struct DirectoryLimitTests {
    private static let user = #"""
        {"id":"olga","created_at":"2020-01-01T00:00:00Z",
         "factors":[{"factor_type":"totp","status":"verified"}]}
        """#

    /// A gate whose directory answers with `status` and `body`, or not at all where that is nil.
    private static func run(
        _ limits: String,
        status: String = "200 OK",
        body: String?,
        _ test: (Gate, RecordingUpstream) async throws -> Void
    ) async throws {
        let directory = try await RecordingUpstream.start { _, text in
            guard RecordingUpstream.isComplete(text), let body else { return [] }
            let head = "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            return [.send(head + body)]
        }
        let url = "http://127.0.0.1:\(directory.port)/users/{subject}"
        var setup = try GateSetup(
            settings: "directory: {source: http, url: \"\(url)\", \(limits)}"
        )
        setup.policy = GateSetup.itemsNeedFacts
        try await Gate.run(setup) { try await test($0, directory) }
        try await directory.stop()
    }

    private static func calls(_ directory: RecordingUpstream) -> Int {
        (0..<directory.connections).map { directory.received($0).ranges(of: "GET /users/").count }
            .reduce(0, +)
    }

    @Test("an answer of `max_bytes` is read, one byte more is not", arguments: [0, 1])
    func maxBytes(over: Int) async throws {
        let body = Self.user + String(repeating: " ", count: 1_024 - Self.user.utf8.count + over)
        try await Self.run("max_bytes: 1KiB", body: body) { gate, _ in
            let answer = try await gate.get("/items/1", as: try gate.issuer.token())
            #expect(answer.status == (over == 0 ? 302 : 503), "\(answer)")
        }
    }

    @Test("`timeout` is the longest wait for an answer", arguments: [true, false])
    func timeout(isLong: Bool) async throws {
        try await Self.run("timeout: \(isLong ? "1m" : "300ms")", body: nil) { gate, _ in
            let client = try await gate.client()
            let token = try gate.issuer.token()
            let start = ContinuousClock.now
            try await client.send(keptGet("/items/1", "Authorization: Bearer \(token)"))
            guard isLong else {
                try await client.receive("directory-unavailable")
                #expect(client.received.hasPrefix("HTTP/1.1 503 "))
                return #expect(ContinuousClock.now - start >= .milliseconds(300))
            }
            await #expect(throws: RawClient.Failure.self) {
                try await client.receive(within: .milliseconds(500)) { text, _ in text != "" }
            }
            try await client.close()
        }
    }

    @Test(
        "facts are asked for again after `ttl`, an unknown user after `negative_ttl`",
        arguments: [
            ("ttl: 1h, max_stale: 2h, negative_ttl: 1ms", true, 1),
            ("ttl: 1ms, negative_ttl: 1h", true, 2),
            ("ttl: 1h, max_stale: 2h, negative_ttl: 1ms", false, 2),
            ("ttl: 1ms, negative_ttl: 1h", false, 1),
        ]
    )
    func lifetimes(limits: String, isKnown: Bool, calls: Int) async throws {
        let unknown = #"{"error_code":"user_not_found"}"#
        try await Self.run(
            limits,
            status: isKnown ? "200 OK" : "404 Not Found",
            body: isKnown ? Self.user : unknown
        ) { gate, directory in
            for _ in 0..<2 {
                let answer = try await gate.get("/items/1", as: try gate.issuer.token())
                #expect(answer.status == (isKnown ? 302 : 401), "\(answer)")
            }
            #expect(Self.calls(directory) == calls)
        }
    }
}
