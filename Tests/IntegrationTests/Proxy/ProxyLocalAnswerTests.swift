import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

@Suite(.timeLimit(.minutes(1))) struct ProxyLocalAnswerTests {
    /// Answers `/here` with the body it was sent, and forwards everything else.
    private static let echoing = JudgeScript { path, ticket, eventLoop in
        guard path.hasPrefix("/here") else { return .forward(JudgeScript.permit(ticket)) }
        return .respond(
            LocalResponder(maximumBody: 32) { body in
                eventLoop.submit {
                    Refusal(ticket: ticket, status: 200, fields: [], body: Array("<".utf8) + body)
                }
            }
        )
    }

    @Test(
        "the answer comes when the body is in, and the connection is kept",
        arguments: [
            ("Content-Length: 4\r\n\r\n", ["a=", "1&"], "a=1&"),
            ("Transfer-Encoding: chunked\r\n\r\n", ["2\r\na=\r\n", "1\r\n1\r\n0\r\n\r\n"], "a=1"),
            ("\r\n", [], ""),
        ]
    )
    func body(head: String, pieces: [String], body: String) async throws {
        let proxy = try await ProxyHarness.start(judging: Self.echoing)
        let client = try await proxy.client()
        try await client.send("POST /here HTTP/1.1\r\nHost: a\r\n\(head)")
        for piece in pieces { try await client.send(piece) }
        let answer = try await client.receive("\r\n\r\n<\(body)")
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(proxy.upstream.connections == 0)
        try await client.send(keptGet("/yes"))
        try await client.receive("\r\n\r\nok")
        #expect(proxy.upstream.received().hasPrefix("GET /yes "))
    }

    @Test(
        "a body that is too long is refused, however it is framed",
        arguments: [
            "Content-Length: 33\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n21\r\n"
                + String(repeating: "x", count: 33) + "\r\n",
        ]
    )
    func tooLong(rest: String) async throws {
        let proxy = try await ProxyHarness.start(judging: Self.echoing)
        let client = try await proxy.client()
        try await client.send("POST /here HTTP/1.1\r\nHost: a\r\n\(rest)")
        let answer = try await client.receive("body-too-large")
        #expect(answer.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
    }

    @Test func whoWaitsForLeaveToSendIsToldNotTo() async throws {
        let proxy = try await ProxyHarness.start(judging: Self.echoing)
        let client = try await proxy.client()
        try await client.send(
            "POST /here HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"
        )
        let answer = try await client.receive("expectation-failed")
        #expect(answer.hasPrefix("HTTP/1.1 417 Expectation Failed\r\n"))
    }

    @Test func anAnswerThatFailsIsAFault() async throws {
        let script = JudgeScript { _, _, eventLoop in
            .respond(
                LocalResponder(maximumBody: 0) { _ in
                    eventLoop.makeFailedFuture(ChannelError.eof)
                }
            )
        }
        let proxy = try await ProxyHarness.start(judging: script)
        let answer = try await proxy.exchange(closingGet("/here"))
        #expect(answer.hasPrefix("HTTP/1.1 503 "))
        #expect(script.faultCodes == ["ruling-failed"])
    }

    @Test func aBodyThatStopsComingIsGivenUp() async throws {
        var limits = ProxyLimits()
        limits.responseTimeout = .milliseconds(50)
        let proxy = try await ProxyHarness.start(judging: Self.echoing, limits: limits)
        let client = try await proxy.client()
        try await client.send("POST /here HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\na")
        let answer = try await client.receive("body-timeout")
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
    }
}
