import HTTPMessage
import Testing

@Suite struct RequestHeadParserTests {
    @Test func readsTheParts() throws {
        let head = try #require(
            try parse(
                "POST /a/b?x=1&y=%2F HTTP/1.1\r\nHost: App.Example:8080\r\nAccept:\t*/* \r\n\r\n"
            )
        )
        #expect(head.text(head.method) == "POST")
        #expect(head.methodKind == .post)
        #expect(head.pathText == "/a/b")
        #expect(head.query.map(head.text) == "x=1&y=%2F")
        #expect(head.text(head.authority) == "App.Example:8080")
        #expect(head.text(head.host) == "app.example")
        #expect(head.first(.accept).map(head.text) == "*/*")
        #expect(head.version == .http11)
        #expect(head.framing == .none)
        #expect(head.oddities.isEmpty)
    }

    @Test(
        "what RFC 9112 allows is served",
        arguments: [
            "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nhOST:a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \t a \t \r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: caf\u{E9}\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: a\tb\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~0aZ: x\r\n\r\n",
            "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n",
            "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Y\r\n\r\n",
        ]
    )
    func served(_ text: String) throws {
        #expect(try parse(text) != nil)
    }

    @Test func anySplitReadsTheSame() throws {
        let text = Array(
            get("/a/../b%7e?q", "Cookie: a=b", "X-Long: " + String(repeating: "x", count: 40)).utf8
        )
        let whole = try #require(try parse(text))
        for split in 0..<text.count {
            var parser = RequestHeadParser(limit: 4096)
            var head = RequestHead()
            #expect(try parser.parse(Array(text[..<split]).span, into: &head) == nil)
            let count = try parser.parse(text.span, into: &head)
            #expect(count == text.count)
            #expect(head.fields == whole.fields)
            #expect(head.pathText == "/b~")
        }
    }

    @Test func byteByByteReadsTheSame() throws {
        let text = Array(get("/x", "Accept: */*").utf8)
        var parser = RequestHeadParser(limit: 4096)
        var head = RequestHead()
        for end in 1..<text.count {
            #expect(try parser.parse(Array(text[..<end]).span, into: &head) == nil)
        }
        #expect(try parser.parse(text.span, into: &head) == text.count)
        #expect(head.fields.count == 2)
    }

    @Test func stopsBehindTheHead() throws {
        let text = Array((get("/1") + get("/2")).utf8)
        var parser = RequestHeadParser(limit: 4096)
        var head = RequestHead()
        let count = try #require(try parser.parse(text.span, into: &head))
        #expect(count == get("/1").utf8.count)
        #expect(head.pathText == "/1")
        _ = try parser.parse(Array(text[count...]).span, into: &head)
        #expect(head.pathText == "/2")
        #expect(head.fields.count == 1)
    }

    @Test("a head may be as large as the limit and not a byte larger")
    func limitOnBothSides() throws {
        let text = get("/", "X: " + String(repeating: "y", count: 300))
        let size = text.utf8.count
        #expect(try parse(text, limit: size) != nil)
        #expect(rejection(of: text, limit: size - 1) == .headTooLarge)
        #expect(rejection(of: String(text.dropLast(8)), limit: size - 60) == .headTooLarge)
    }

    @Test("a head without an end is refused at the limit, not kept")
    func endlessHead() {
        #expect(
            rejection(of: "GET / HTTP/1.1\r\n" + String(repeating: "a", count: 500), limit: 256)
                == .headTooLarge
        )
        #expect(
            rejection(of: "GET /" + String(repeating: "a", count: 500), limit: 256)
                == .targetTooLong
        )
        let fields = String(repeating: "a: b\r\n", count: 200)
        #expect(rejection(of: "GET / HTTP/1.1\r\n" + fields, limit: 256) == .headTooLarge)
    }

    @Test(
        "connection options",
        arguments: [
            ("HTTP/1.1", "close", RequestTraits.closes),
            ("HTTP/1.1", "Close , x", [.closes, .nominatesFields]),
            ("HTTP/1.1", "keep-alive", []),
            ("HTTP/1.0", "keep-alive", []),
            ("HTTP/1.0", "x", [.closes, .nominatesFields]),
        ] as [(String, String, RequestTraits)]
    )
    func connectionOptions(version: String, value: String, expected: RequestTraits) throws {
        let head = try #require(
            try parse("GET / \(version)\r\nHost: a\r\nConnection: \(value)\r\n\r\n")
        )
        #expect(head.traits == expected)
    }

    @Test(
        "only a WebSocket upgrade is an upgrade",
        arguments: [
            ("Upgrade", "websocket", true), ("keep-alive, Upgrade", "WebSocket", true),
            ("Upgrade, HTTP2-Settings", "h2c", false), ("close", "websocket", false),
            ("Upgrade", "TLS/1.0", false), ("Upgrade", "xwebsocket", false),
            ("Upgrade", "h2c, websocket", true),
        ]
    )
    func upgrades(connection: String, upgrade: String, expected: Bool) throws {
        let text = get("/", "Connection: \(connection)", "Upgrade: \(upgrade)")
        let head = try #require(try parse(text))
        #expect(head.traits.contains(.webSocketUpgrade) == expected)
        let old = try #require(
            try parse(text.replacing("HTTP/1.1", with: "HTTP/1.0"))
        )
        #expect(!old.traits.contains(.webSocketUpgrade))
    }

    @Test func preflightsAreRecognised() throws {
        let text = "OPTIONS / HTTP/1.1\r\nHost: a\r\nOrigin: https://b\r\n"
        let plain = try #require(try parse(text + "\r\n"))
        #expect(!plain.isPreflight)
        let preflight = try #require(
            try parse(text + "Access-Control-Request-Method: PUT\r\n\r\n")
        )
        #expect(preflight.isPreflight)
    }

    @Test func countsRepeatedFields() throws {
        let head = try #require(
            try parse(get("/", "Authorization: Bearer a", "authorization: Bearer b"))
        )
        #expect(head.count(of: .authorization) == 2)
        #expect(head.count(of: .cookie) == 0)
        #expect(head.first(.cookie) == nil)
    }
}
