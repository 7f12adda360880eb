import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

/// Streams of bytes that made other proxies and their upstreams disagree, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct ProxyAdvisoryTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let stream: String
        /// The request lines the upstream may see, in order.
        let seen: [String]
        let status: String

        var testDescription: String { self.name }
    }

    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func post(_ fields: String..., body: String) -> String {
        "POST /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
    }

    static let refused: [Row] = [
        Row(
            name: "CL.TE",
            stream: post("Content-Length: 6", "Transfer-Encoding: chunked", body: "0\r\n\r\nG"),
            seen: [],
            status: "400"
        ),
        Row(
            name: "TE.CL",
            stream: post("Transfer-Encoding: chunked", "Content-Length: 4", body: "5c\r\nGET"),
            seen: [],
            status: "400"
        ),
        Row(
            name: "TE.TE: a second coding hides the first",
            stream: post("Transfer-Encoding: chunked", "Transfer-encoding: x", body: "0\r\n\r\n"),
            seen: [],
            status: "400"
        ),
        Row(
            name: "CL.CL",
            stream: post("Content-Length: 0", "Content-Length: 41", body: smuggled),
            seen: [],
            status: "400"
        ),
        Row(
            name: "a space before the colon",
            stream: post("Content-Length : 41", body: smuggled),
            seen: [],
            status: "400"
        ),
        Row(
            name: "a folded Transfer-Encoding",
            stream: post("Transfer-Encoding:", " chunked", body: "0\r\n\r\n" + smuggled),
            seen: [],
            status: "400"
        ),
        Row(
            name: "a bare LF ends no line",
            stream: post("X: y\nTransfer-Encoding: chunked", body: "0\r\n\r\n" + smuggled),
            seen: [],
            status: "400"
        ),
        Row(
            name: "CVE-2026-2835: HTTP/1.0 with Transfer-Encoding",
            stream: "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + smuggled,
            seen: [],
            status: "400"
        ),
        Row(
            name: "absolute form against Host",
            stream: "GET http://admin.internal/ HTTP/1.1\r\nHost: a\r\n\r\n",
            seen: [],
            status: "400"
        ),
        Row(
            name: "authority form opens no tunnel",
            stream: "CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: a\r\n\r\n" + smuggled,
            seen: [],
            status: "405"
        ),
    ]

    static let served: [Row] = [
        Row(
            name: "a GET with a body hides no request",
            stream:
                "GET /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 35\r\n\r\n"
                + smuggled,
            seen: ["GET /first HTTP/1.1"],
            status: "200"
        ),
        Row(
            name: "what follows the last chunk of a closing request is nothing",
            stream: post("Transfer-Encoding: chunked", body: "0\r\n\r\n" + smuggled),
            seen: ["POST /first HTTP/1.1"],
            status: "200"
        ),
        Row(
            name: "chunk extensions do not pass",
            stream: post("Transfer-Encoding: chunked", body: "3;h2c\r\nabc\r\n0\r\n\r\n"),
            seen: ["POST /first HTTP/1.1"],
            status: "200"
        ),
        Row(
            name: "h2c is not asked for",
            stream:
                "GET /first HTTP/1.1\r\nHost: a\r\nConnection: close, Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n" + smuggled,
            seen: ["GET /first HTTP/1.1"],
            status: "200"
        ),
        Row(
            name: "one empty line before a request",
            stream: "\r\nGET /first HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            seen: ["GET /first HTTP/1.1"],
            status: "200"
        ),
    ]

    @Test("no stream makes the upstream see a request nobody judged", arguments: refused + served)
    func streams(_ row: Row) async throws {
        let proxy = try await ProxyHarness.start()
        let answer = try await proxy.exchange(row.stream)
        #expect(answer.hasPrefix("HTTP/1.1 \(row.status) "))
        let lines = proxy.upstream.received().split(separator: "\r\n").map(String.init)
        let requests = lines.filter { $0.hasSuffix(" HTTP/1.1") && !row.isBody($0) }
        #expect(requests == row.seen)
        #expect(proxy.script.finishedRecords.count == max(row.seen.count, 1))
        #expect(!proxy.upstream.received().contains("h2c"))
    }

    @Test(
        "identity comes from us alone, whatever the spelling and place",
        arguments: [
            "X-Gatekeeper-Subject: root", "x_gatekeeper_subject: root",
            "X.Gatekeeper.Subject: root",
            "X-GATEKEEPER-SUBJECT:root", "X-Gatekeeper_Subject:\troot ",
        ]
    )
    func identity(line: String) async throws {
        let proxy = try await ProxyHarness.start()
        let text =
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            + "Connection: close, X-Gatekeeper-Class\r\n\(line)\r\n\r\n0\r\n\(line)\r\n\r\n"
        _ = try await proxy.exchange(text)
        let received = proxy.upstream.received()
        #expect(!received.contains("root"))
        #expect(received.ranges(of: "X-Gatekeeper-Class: visitor\r\n").count == 1)
        #expect(received.hasSuffix("\r\n\r\n0\r\n\r\n"))
    }

    @Test("a response that is split in its head is no response")
    func responseSplitting() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            return [.send("HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\nContent-Length: 0\r\n\r\n")]
        }
        let answer = try await proxy.exchange(closingGet("/"))
        #expect(answer.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
        #expect(!answer.contains("Set-Cookie"))
    }

    @Test("every response carries its own request's nonce, on kept and pipelined connections")
    func noncesNeverCross() async throws {
        let proxy = try await ProxyHarness.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            let path = text.split(separator: " ").dropFirst().first.map(String.init) ?? ""
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")]
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<16 {
                group.addTask {
                    let client = try await proxy.client()
                    for round in 0..<8 {
                        let nonces = (0..<3).map { "/n\(number)-\(round)-\($0)" }
                        client.forget()
                        try await client.send(nonces.map { keptGet($0) }.joined())
                        let last = nonces[2]
                        let answer = try await client.receive { text, _ in text.hasSuffix(last) }
                        let found = answer.split(separator: "\r\n\r\n").dropFirst().map { body in
                            String(body.prefix { $0 != "H" })
                        }
                        #expect(found == nonces)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(proxy.script.dispositions.count == 16 * 8 * 3)
    }
}

extension ProxyAdvisoryTests.Row {
    /// Whether a line that looks like a request is part of a body that passed on purpose.
    fileprivate func isBody(_ line: String) -> Bool {
        self.name.contains("hides no request") && line.hasPrefix("GET /smuggled")
    }
}
