import HTTPMessage
import Testing

private let get = ResponseContext(isHead: false, asksForWebSocket: false)

private func parseResponse(
    _ text: String,
    _ context: ResponseContext = get,
    limit: Int = 4096
) throws(ResponseRejection) -> ResponseHead? {
    var parser = ResponseHeadParser(limit: limit)
    var head = ResponseHead()
    let bytes = Array(text.utf8)
    guard try parser.parse(bytes.span, answering: context, into: &head) != nil else { return nil }
    return head
}

private func rejection(_ text: String, _ context: ResponseContext = get) -> ResponseRejection? {
    do throws(ResponseRejection) {
        _ = try parseResponse(text, context)
        return nil
    } catch {
        return error
    }
}

extension ResponseHead {
    fileprivate func forwarded(_ forwarding: ResponseForwarding) -> String {
        var out: [UInt8] = []
        self.append(forwarding: forwarding, to: &out)
        return String(decoding: out, as: UTF8.self)
    }
}

@Suite struct ResponseHeadTests {
    static let rows: [(text: String, code: String)] = [
        ("HTTP/1.1\r\n\r\n", "upstream-status-line"),
        ("HTTP/1.1  200 OK\r\n\r\n", "upstream-status"),
        ("HTTPS/1.1 200 OK\r\n\r\n", "upstream-status-line"),
        ("HTTP/1.1 200 O\u{0}K\r\n\r\n", "upstream-status-line"),
        ("<html>not http at all</html>\r\n", "upstream-status-line"),
        ("HTTP/1.2 200 OK\r\n\r\n", "upstream-version"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "upstream-status"),
        ("HTTP/1.1 20 OK\r\n\r\n", "upstream-status"),
        ("HTTP/1.1 099 OK\r\n\r\n", "upstream-status"),
        ("HTTP/1.1 600 OK\r\n\r\n", "upstream-status"),
        ("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n", "upstream-line-ending"),
        ("HTTP/1.1 200 OK\rX: a\r\n\r\n", "upstream-line-ending"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "upstream-field-name"),
        ("HTTP/1.1 200 OK\r\n: x\r\n\r\n", "upstream-field-name"),
        ("HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n", "upstream-field-value"),
        ("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "upstream-field-folded"),
        (
            "HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 5000))\r\n\r\n",
            "upstream-head-too-large"
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "upstream-content-length"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "upstream-content-length"
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "upstream-content-length"),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "upstream-content-length"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "upstream-transfer-encoding"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            "upstream-transfer-encoding"
        ),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "upstream-transfer-encoding"),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n",
            "upstream-length-and-transfer-encoding"
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "upstream-length-and-transfer-encoding"
        ),
        (
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            "upstream-unexpected-switch"
        ),
    ]

    /// Words that a body or a state machine earns.
    static let wordsElsewhere: Set = [
        "upstream-chunk-size", "upstream-chunk-ending", "upstream-trailer-field",
        "upstream-trailers-too-large", "upstream-too-many-interim-responses",
        "upstream-pseudo-field", "upstream-connection-field",
    ]

    @Test("every response that cannot be passed on has its word", arguments: rows)
    func refused(_ row: (text: String, code: String)) {
        #expect(rejection(row.text)?.code == row.code)
    }

    @Test func theTableKnowsEveryWord() {
        let words = Set(ResponseRejection.allCases.map(\.code))
        #expect(words == Set(Self.rows.map(\.code)).union(Self.wordsElsewhere))
    }

    @Test(
        "framing and the fate of the connection",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", BodyFraming.length(5), true),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\n", .length(5),
                true
            ),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .chunked, true),
            ("HTTP/1.1 200 OK\r\n\r\n", .untilClose, false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", .length(5), false),
            (
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\n",
                .length(5), true
            ),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", .length(5),
                false
            ),
            ("HTTP/1.1 204 No Content\r\n\r\n", .none, true),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", .none, true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", .none, true),
            ("HTTP/1.1 100 Continue\r\n\r\n", .none, true),
            ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", .length(0), true),
            ("HTTP/1.1 200 OK\nContent-Length: 5\n\n", .length(5), true),
        ] as [(String, BodyFraming, Bool)]
    )
    func framing(text: String, framing: BodyFraming, keeps: Bool) throws {
        let head = try #require(try parseResponse(text))
        #expect(head.framing == framing)
        #expect(head.keepsConnection == keeps)
    }

    @Test func headResponsesHaveNoBody() throws {
        let context = ResponseContext(isHead: true, asksForWebSocket: false)
        let head = try #require(
            try parseResponse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", context)
        )
        #expect(head.framing == .none)
        let out = head.forwarded(ResponseForwarding(framing: .none, connection: .silent))
        #expect(out == "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    }

    @Test func aSwitchNeedsTheQuestionAndBothFields() throws {
        let asked = ResponseContext(isHead: false, asksForWebSocket: true)
        let full = "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n\r\n"
        #expect(try parseResponse(full, asked)?.switchesToWebSocket == true)
        #expect(
            rejection("HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n", asked) == .unexpectedSwitch
        )
        #expect(
            rejection("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", asked)
                == .unexpectedSwitch
        )
    }

    @Test func hopByHopFieldsDoNotPass() throws {
        let head = try #require(
            try parseResponse(
                "HTTP/1.1 200 Fine by me\r\nServer: x\r\nConnection: X-A, keep-alive\r\nX-A: 1\r\n"
                    + "Keep-Alive: timeout=5\r\nDate: y\r\nTransfer-Encoding: chunked\r\n"
                    + "Proxy-Connection: z\r\nUpgrade: h2c\r\nSet-Cookie: a=b\r\n\r\n"
            )
        )
        #expect(
            head.forwarded(ResponseForwarding(framing: .chunked, connection: .close))
                == "HTTP/1.1 200 Fine by me\r\nServer: x\r\nDate: y\r\nSet-Cookie: a=b\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        )
    }

    @Test("CVE-2026-55458: a 101 carries no hop-by-hop field but ours")
    func switchingIsWrittenAnew() throws {
        let asked = ResponseContext(isHead: false, asksForWebSocket: true)
        let head = try #require(
            try parseResponse(
                "HTTP/1.1 101 Switching\r\nConnection: upgrade, X-A\r\nUpgrade: websocket\r\n"
                    + "X-A: 1\r\nTransfer-Encoding: chunked\r\nSec-WebSocket-Accept: k\r\n\r\n",
                asked
            )
        )
        #expect(
            head.forwarded(ResponseForwarding(framing: .none, connection: .upgrade))
                == "HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: k\r\n"
                + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
    }

    @Test func tolerantLinesAreWrittenAnew() throws {
        let head = try #require(
            try parseResponse("HTTP/1.1 200\nX : a\nContent-Length:5\n\n")
        )
        #expect(
            head.forwarded(ResponseForwarding(framing: .length(5), connection: .keepAlive))
                == "HTTP/1.1 200 \r\nX: a\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"
        )
    }

    @Test func anySplitReadsTheSame() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello".utf8)
        for split in 0..<(bytes.count - 5) {
            var parser = ResponseHeadParser(limit: 4096)
            var head = ResponseHead()
            let early = try parser.parse(Array(bytes[..<split]).span, answering: get, into: &head)
            #expect(early == nil)
            #expect(try parser.parse(bytes.span, answering: get, into: &head) == bytes.count - 5)
            #expect(head.fields.count == 2)
        }
    }
}
