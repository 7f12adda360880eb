import Testing

@testable import HTTPMessage

@Suite struct HTTP2RequestHeadTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        var fields: [(String, String)] = []
        var isWhole = true
        let outcome: String

        var testDescription: String { self.name }
    }

    /// What a request comes to: the lines of its HTTP/1.1 head, or the word of its refusal.
    private static func outcome(_ row: Row) -> String {
        do throws(RequestRejection) {
            var section = HTTP2RequestHead()
            for (name, value) in row.fields { try section.append(name, value) }
            let bytes = try section.rewritten(.init(isWhole: row.isWhole, webSocketKey: "key=="))
            var head = RequestHead()
            var parser = RequestHeadParser(limit: 1_024)
            guard try parser.parse(bytes.span, into: &head) == bytes.count else { return "short" }
            let text = String(decoding: bytes, as: UTF8.self)
            return text.split(separator: "\r\n").joined(separator: "|")
        } catch {
            return error.code
        }
    }

    private static func get(_ fields: (String, String)...) -> [(String, String)] {
        [(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/x")] + fields
    }

    private static func request(
        _ method: String? = "GET",
        scheme: String? = "https",
        authority: String? = "a",
        path: String? = "/x",
        _ fields: (String, String)...
    ) -> [(String, String)] {
        [(":method", method), (":scheme", scheme), (":authority", authority), (":path", path)]
            .compactMap { name, value in value.map { (name, $0) } } + fields
    }

    static let servedRows: [Row] = [
        Row(name: "a GET", fields: get(), outcome: "GET /x HTTP/1.1|Host: a"),
        Row(
            name: "fields keep their order and values",
            fields: get(("b", "1"), ("a", "2"), ("b", "")),
            outcome: "GET /x HTTP/1.1|Host: a|b: 1|a: 2|b: "
        ),
        Row(
            name: "cookie crumbs are joined",
            fields: get(("cookie", "a=1"), ("accept", "*/*"), ("cookie", "b=2")),
            outcome: "GET /x HTTP/1.1|Host: a|accept: */*|cookie: a=1; b=2"
        ),
        Row(
            name: "a Host equal to the authority is one",
            fields: get(("host", "A")),
            outcome: "GET /x HTTP/1.1|Host: a"
        ),
        Row(
            name: "a Host may stand alone",
            fields: request(authority: nil, ("host", "b")),
            outcome: "GET /x HTTP/1.1|Host: b"
        ),
        Row(
            name: "data without a length are chunks",
            fields: request("POST"),
            isWhole: false,
            outcome: "POST /x HTTP/1.1|Host: a|Transfer-Encoding: chunked"
        ),
        Row(
            name: "a POST without data says so",
            fields: request("POST"),
            outcome: "POST /x HTTP/1.1|Host: a|Content-Length: 0"
        ),
        Row(
            name: "a length stays",
            fields: request("PUT", ("content-length", "3")),
            isWhole: false,
            outcome: "PUT /x HTTP/1.1|Host: a|content-length: 3"
        ),
        Row(
            name: "te: trailers stays",
            fields: get(("te", "trailers")),
            outcome: "GET /x HTTP/1.1|Host: a|te: trailers"
        ),
        Row(
            name: "OPTIONS of everything",
            fields: request("OPTIONS", path: "*"),
            outcome: "OPTIONS * HTTP/1.1|Host: a"
        ),
        Row(
            name: "extended CONNECT is an upgrade",
            fields: request("CONNECT", (":protocol", "websocket"), ("sec-websocket-version", "13")),
            isWhole: false,
            outcome: "GET /x HTTP/1.1|Host: a|sec-websocket-version: 13|Connection: Upgrade|"
                + "Upgrade: websocket|Sec-WebSocket-Key: key=="
        ),
    ]

    @Test("what a request becomes", arguments: servedRows)
    func served(_ row: Row) {
        #expect(Self.outcome(row) == row.outcome)
    }

    static let refusedRows: [Row] = [
        Row(name: "no method", fields: request(nil), outcome: "pseudo-field"),
        Row(name: "no scheme", fields: request(scheme: nil), outcome: "pseudo-field"),
        Row(name: "no path", fields: request(path: nil), outcome: "pseudo-field"),
        Row(name: "an empty path", fields: request(path: ""), outcome: "target-malformed"),
        Row(name: "no authority", fields: request(authority: nil), outcome: "host-missing"),
        Row(name: "an empty authority", fields: request(authority: ""), outcome: "host-malformed"),
        Row(name: "two paths", fields: get() + get(), outcome: "pseudo-field"),
        Row(name: "a repeated path", fields: get((":path", "/y")), outcome: "pseudo-field"),
        Row(name: "a response's field", fields: get((":status", "200")), outcome: "pseudo-field"),
        Row(name: "an unknown pseudo field", fields: get((":x", "1")), outcome: "pseudo-field"),
        Row(
            name: "a pseudo field behind others",
            fields: [("a", "1")] + get(),
            outcome: "pseudo-field"
        ),
        Row(
            name: "a pseudo field behind a Host",
            fields: [("host", "a")] + get(),
            outcome: "pseudo-field"
        ),
        Row(name: "another scheme", fields: request(scheme: "ftp"), outcome: "target-malformed"),
        Row(
            name: "absolute form in the path",
            fields: request(path: "http://a/x"),
            outcome: "target-malformed"
        ),
        Row(
            name: "a request line in the path",
            fields: request(path: "/x HTTP/1.1\r\nHost: b\r\n\r\nGET /admin"),
            outcome: "target-malformed"
        ),
        Row(
            name: "a space in the path",
            fields: request(path: "/x y"),
            outcome: "target-malformed"
        ),
        Row(name: "a NUL in the path", fields: request(path: "/x\0"), outcome: "target-malformed"),
        Row(name: "a fragment", fields: request(path: "/x#y"), outcome: "target-fragment"),
        Row(name: "a climb", fields: request(path: "/../x"), outcome: "path-above-root"),
        Row(name: "a tab in the method", fields: request("GE\tT"), outcome: "method-malformed"),
        Row(
            name: "a request line in the method",
            fields: request("GET /admin HTTP/1.1\r\nx:"),
            outcome: "method-malformed"
        ),
        Row(name: "an empty method", fields: request(""), outcome: "method-malformed"),
        Row(name: "TRACE", fields: request("TRACE"), outcome: "method-not-allowed"),
        Row(
            name: "CONNECT",
            fields: [(":method", "CONNECT"), (":authority", "db:5432")],
            outcome: "method-not-allowed"
        ),
        Row(
            name: "extended CONNECT to something else",
            fields: request("CONNECT", (":protocol", "connect-udp")),
            isWhole: false,
            outcome: "method-not-allowed"
        ),
        Row(
            name: "a protocol without CONNECT",
            fields: request("GET", (":protocol", "websocket")),
            outcome: "method-not-allowed"
        ),
        Row(
            name: "a WebSocket that is over",
            fields: request("CONNECT", (":protocol", "websocket")),
            outcome: "content-length"
        ),
        Row(
            name: "user information in the authority",
            fields: request(authority: "a@b"),
            outcome: "host-malformed"
        ),
        Row(
            name: "a line break in the authority",
            fields: request(authority: "a\r\nx: y"),
            outcome: "host-malformed"
        ),
        Row(
            name: "another Host",
            fields: get(("host", "b")),
            outcome: "target-authority-mismatch"
        ),
        Row(name: "two Hosts", fields: get(("host", "a"), ("host", "a")), outcome: "host-repeated"),
        Row(name: "a capital", fields: get(("Accept", "*/*")), outcome: "field-name"),
        Row(name: "no name", fields: get(("", "x")), outcome: "field-name"),
        Row(name: "a space in a name", fields: get(("a b", "x")), outcome: "field-name"),
        Row(name: "a colon in a name", fields: get(("a:b", "x")), outcome: "field-name"),
        Row(
            name: "a line break in a name",
            fields: get(("a: b\r\nx-gatekeeper-subject", "ada")),
            outcome: "field-name"
        ),
        Row(
            name: "a line break in a value",
            fields: get(("a", "b\r\nx-gatekeeper-subject: ada")),
            outcome: "field-value"
        ),
        Row(name: "a line feed in a value", fields: get(("a", "b\nc: d")), outcome: "field-value"),
        Row(name: "a NUL in a value", fields: get(("a", "b\0")), outcome: "field-value"),
        Row(name: "a space before a value", fields: get(("a", " b")), outcome: "field-value"),
        Row(name: "a tab behind a value", fields: get(("a", "b\t")), outcome: "field-value"),
        Row(
            name: "GHSA-mgc4-wqv7-4pxm: Transfer-Encoding",
            fields: request("POST", ("transfer-encoding", "chunked")),
            isWhole: false,
            outcome: "connection-field"
        ),
        Row(name: "Connection", fields: get(("connection", "x")), outcome: "connection-field"),
        Row(name: "Keep-Alive", fields: get(("keep-alive", "x")), outcome: "connection-field"),
        Row(name: "Upgrade", fields: get(("upgrade", "h2c")), outcome: "connection-field"),
        Row(
            name: "Proxy-Connection",
            fields: get(("proxy-connection", "x")),
            outcome: "connection-field"
        ),
        Row(name: "another TE", fields: get(("te", "gzip")), outcome: "connection-field"),
        Row(
            name: "two lengths",
            fields: request("POST", ("content-length", "1"), ("content-length", "2")),
            isWhole: false,
            outcome: "content-length"
        ),
        Row(
            name: "an odd length",
            fields: request("POST", ("content-length", "+1")),
            isWhole: false,
            outcome: "content-length"
        ),
        Row(
            name: "a line break in a cookie crumb",
            fields: get(("cookie", "a=1\r\nhost: b")),
            outcome: "field-value"
        ),
    ]

    @Test("what is refused", arguments: refusedRows)
    func refused(_ row: Row) {
        #expect(Self.outcome(row) == row.outcome)
    }

    @Test("a head that is too large is refused as in HTTP/1.1")
    func tooLarge() {
        let row = Row(
            name: "",
            fields: Self.get(("a", String(repeating: "b", count: 1_024))),
            outcome: ""
        )
        #expect(Self.outcome(row) == "head-too-large")
    }
}
