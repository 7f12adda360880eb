import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(1))) struct ProxyRefusalTests {
    private static func refusing(closes: Bool = false) -> JudgeScript {
        JudgeScript { path, ticket, _ in
            guard path.hasPrefix("/no") else { return .forward(JudgeScript.permit(ticket)) }
            return .refuse(
                Refusal(
                    ticket: ticket,
                    status: 403,
                    fields: Array("X-Why: no\r\n".utf8),
                    body: Array("no".utf8),
                    closes: closes
                )
            )
        }
    }

    @Test func aRefusalNeverReachesTheUpstream() async throws {
        let proxy = try await ProxyHarness.start(judging: Self.refusing())
        let client = try await proxy.client()
        try await client.send(keptGet("/no") + keptGet("/yes"))
        let answer = try await client.receive("\r\n\r\nok")
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\nDate: "))
        #expect(answer.contains("X-Why: no\r\nContent-Length: 2\r\n\r\nnoHTTP/1.1 200 OK\r\n"))
        #expect(proxy.upstream.received().hasPrefix("GET /yes "))
        #expect(proxy.script.dispositions == [.refused, .relayed])
    }

    @Test("a refused request's short body is read over, and the connection kept")
    func shortBody() async throws {
        let proxy = try await ProxyHarness.start(judging: Self.refusing())
        let client = try await proxy.client()
        try await client.send("POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 24\r\n\r\nGET /smu")
        try await client.receive("\r\n\r\nno")
        try await client.send("ggled HTTP/1.1\r\n" + keptGet("/yes"))
        try await client.receive("\r\n\r\nok")
        #expect(proxy.upstream.received().hasPrefix("GET /yes "))
        #expect(proxy.upstream.connections == 1)
    }

    @Test(
        "where the end of the body is not in sight the connection ends",
        arguments: [
            "Content-Length: 10000000", "Transfer-Encoding: chunked",
            "Content-Length: 5\r\nExpect: 100-continue",
        ]
    )
    func longBody(line: String) async throws {
        let proxy = try await ProxyHarness.start(judging: Self.refusing())
        let answer = try await proxy.exchange("POST /no HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\n")
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(proxy.upstream.connections == 0)
    }

    @Test func aRefusalMayClose() async throws {
        let proxy = try await ProxyHarness.start(judging: Self.refusing(closes: true))
        let answer = try await proxy.exchange(keptGet("/no") + keptGet("/yes"))
        #expect(answer.hasSuffix("Connection: close\r\n\r\nno"))
        #expect(proxy.upstream.connections == 0)
    }

    @Test(
        "a later ruling is awaited, and the body with it",
        arguments: [true, false]
    )
    func laterRulings(permits: Bool) async throws {
        let script = JudgeScript { _, ticket, eventLoop in
            let promise = eventLoop.makePromise(of: SettledRuling.self)
            eventLoop.scheduleTask(in: .milliseconds(20)) {
                guard permits else { return promise.fail(ChannelError.eof) }
                promise.succeed(.forward(JudgeScript.permit(ticket)))
            }
            return .later(promise.futureResult)
        }
        let proxy = try await ProxyHarness.start(judging: script)
        let answer = try await proxy.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
        )
        #expect(answer.hasPrefix(permits ? "HTTP/1.1 200 OK" : "HTTP/1.1 503 Service Unavailable"))
        #expect(proxy.upstream.received().hasSuffix(permits ? "\r\n\r\nhello" : ""))
    }

    @Test func oddPathsNeedTheRoutesConsent() async throws {
        let strict = try await ProxyHarness.start()
        let refused = try await strict.exchange(closingGet("/a%2fb"))
        #expect(refused.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(strict.script.faultCodes == ["path-encoded-slash"])
        let lenient = try await ProxyHarness.start(judging: JudgeScript(leniency: .encodedSlash))
        let served = try await lenient.exchange(closingGet("/a%2fb"))
        #expect(served.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(lenient.upstream.received().hasPrefix("GET /a%2Fb HTTP/1.1\r\n"))
    }

    @Test func ourOwnPathsAreNeverForwarded() async throws {
        let proxy = try await ProxyHarness.start()
        let answer = try await proxy.exchange(closingGet("/x/../.gatekeeper/y"))
        #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(proxy.upstream.connections == 0)
    }

    @Test(
        "a malformed request is answered once and nothing after it is read",
        arguments: [
            ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400 Bad Request"),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n",
                "431 Request Header Fields Too Large"
            ),
            ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "405 Method Not Allowed"),
            ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505 HTTP Version Not Supported"),
        ]
    )
    func malformed(text: String, status: String) async throws {
        let proxy = try await ProxyHarness.start()
        let answer = try await proxy.exchange(text + keptGet("/smuggled"))
        #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
        #expect(answer.components("HTTP/1.1") == 1)
        #expect(proxy.upstream.connections == 0)
    }

    @Test("a chunk that is none ends both connections; the upstream never sees an end")
    func malformedChunk() async throws {
        let proxy = try await ProxyHarness.start { _, _ in [] }
        let answer = try await proxy.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0x3\r\nabc\r\n"
        )
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(proxy.script.faultCodes == ["chunk-size"])
        #expect(!proxy.upstream.received().contains("0\r\n\r\n"))
    }

    @Test func withheldBodies() async throws {
        let script = JudgeScript { _, ticket, _ in
            var permit = JudgeScript.permit(ticket)
            permit.withholdsBody = true
            return .forward(permit)
        }
        let proxy = try await ProxyHarness.start(judging: script)
        let answer = try await proxy.exchange(
            "OPTIONS / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody"
        )
        #expect(answer.hasSuffix("\r\n\r\nok"))
        #expect(!proxy.upstream.received().contains("Content-Length"))
        #expect(proxy.upstream.received().hasSuffix("\r\n\r\n"))
    }
}

extension String {
    /// How often `text` occurs.
    fileprivate func components(_ text: String) -> Int {
        self.ranges(of: text).count
    }
}
