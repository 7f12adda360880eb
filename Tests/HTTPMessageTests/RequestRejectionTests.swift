import HTTPMessage
import Testing

@Suite struct RequestRejectionTests {
    /// A row is a request and the word it is refused with.
    static let rows: [(text: String, code: String)] = [
        ("GET /\r\nHost: a\r\n\r\n", "request-line"),
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "request-line"),
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "request-line"),
        ("GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", "method-malformed"),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "request-line"),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", "request-line"),
        ("GET / HTTP/1.1x\r\nHost: a\r\n\r\n", "request-line"),
        ("GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n", "request-line"),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "request-line"),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", "method-malformed"),
        ("GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", "method-malformed"),
        ("\u{16}\u{3}\u{1}", "method-malformed"),
        ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "method-not-allowed"),
        ("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", "method-not-allowed"),
        ("trace / HTTP/1.1\r\nHost: a\r\n\r\n", "method-not-allowed"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "version-not-supported"),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", "version-not-supported"),
        ("GET / HTTP/0.9\r\nHost: a\r\n\r\n", "version-not-supported"),
        (get("*"), "target-malformed"),
        (get("ftp://app.example/"), "target-malformed"),
        (get("http://user@app.example/"), "target-malformed"),
        (get("/a#b"), "target-fragment"),
        (get("/a?b#c"), "target-fragment"),
        (get("app.example:80"), "target-authority-form"),
        (get("a/b"), "target-authority-form"),
        (get("http://other.example/"), "target-authority-mismatch"),
        (get("http://app.example:81/"), "target-authority-mismatch"),
        (get("/" + String(repeating: "a", count: 40_000)), "target-too-long"),
        (get("/%"), "path-percent-encoding"),
        (get("/%4"), "path-percent-encoding"),
        (get("/%zz"), "path-percent-encoding"),
        (get("/%FF"), "path-not-utf8"),
        (get("/%C0%AF"), "path-not-utf8"),
        (get("/%C3"), "path-not-utf8"),
        (get("/%C3/%A9"), "path-not-utf8"),
        (get("/%00"), "path-control-byte"),
        (get("/%0d%0a"), "path-control-byte"),
        (get("/%7F"), "path-control-byte"),
        (get("/a\\b"), "path-backslash"),
        (get("/a%5Cb"), "path-backslash"),
        (get("/a%2fb"), "path-encoded-slash"),
        (get("/a//b"), "path-double-slash"),
        (get("//"), "path-double-slash"),
        (get("/a;b=c"), "path-semicolon"),
        (get("/a%3Bb"), "path-semicolon"),
        (get("/a/..;x/b"), "path-dot-segment"),
        (get("/a%2F..%2Fb"), "path-dot-segment"),
        (get("/.."), "path-above-root"),
        (get("/a/../../b"), "path-above-root"),
        (get("/%2e%2E/x"), "path-above-root"),
        (get("/?\u{E9}"), "query-byte"),
        ("GET / HTTP/1.1\nHost: a\n\n", "line-ending"),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", "line-ending"),
        ("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "line-ending"),
        ("GET / HTTP/1.1\rHost: a\r\n\r\n", "line-ending"),
        ("GET / HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n", "line-ending"),
        ("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "line-ending"),
        (get("/", ": x"), "field-name"),
        (get("/", "no colon"), "field-space-before-colon"),
        (get("/", "nocolon"), "field-name"),
        (get("/", "a\u{0}b: c"), "field-name"),
        (get("/", "X@Y: c"), "field-name"),
        (get("/", "X\u{E9}: c"), "field-name"),
        (get("/", "X: a\u{0}b"), "field-value"),
        (get("/", "X: a\u{7F}b"), "field-value"),
        (get("/", "X: a\u{B}b"), "field-value"),
        (get("/", "X: a", " b"), "field-folded"),
        (get("/", "X: a", "\tb"), "field-folded"),
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", "field-folded"),
        (get("/", "X : a"), "field-space-before-colon"),
        (get("/", "Content-Length : 5"), "field-space-before-colon"),
        (get("/", "X: " + String(repeating: "a", count: 102_400)), "head-too-large"),
        ("GET / HTTP/1.1\r\n\r\n", "host-missing"),
        ("GET / HTTP/1.0\r\n\r\n", "host-missing"),
        (get("/", "Host: b"), "host-repeated"),
        (get("/", "host: app.example"), "host-repeated"),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "host-malformed"),
        ("GET / HTTP/1.1\r\nHost: .\r\n\r\n", "host-malformed"),
        (get("/", "Content-Length: 5", "Content-Length: 5"), "content-length"),
        (get("/", "Content-Length: 5, 5"), "content-length"),
        (get("/", "Content-Length: +5"), "content-length"),
        (get("/", "Content-Length: -5"), "content-length"),
        (get("/", "Content-Length: 0x5"), "content-length"),
        (get("/", "Content-Length: 5 5"), "content-length"),
        (get("/", "Content-Length:"), "content-length"),
        (get("/", "Content-Length: 99999999999999999999"), "content-length"),
        (get("/", "Transfer-Encoding: gzip, chunked"), "transfer-encoding"),
        (get("/", "Transfer-Encoding: chunked, chunked"), "transfer-encoding"),
        (get("/", "Transfer-Encoding: xchunked"), "transfer-encoding"),
        (get("/", "Transfer-Encoding: chunked,"), "transfer-encoding"),
        (get("/", "Transfer-Encoding: \"chunked\""), "transfer-encoding"),
        (get("/", "Transfer-Encoding: identity"), "transfer-encoding"),
        (get("/", "Transfer-Encoding:"), "transfer-encoding"),
        (get("/", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), "transfer-encoding"),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "transfer-encoding"),
        (
            get("/", "Content-Length: 5", "Transfer-Encoding: chunked"),
            "length-and-transfer-encoding"
        ),
        (
            get("/", "Transfer-Encoding: chunked", "Content-Length: 0"),
            "length-and-transfer-encoding"
        ),
        (get("/", "Connection: " + String(repeating: "x,", count: 40)), "connection-options"),
    ]

    /// Words that a body earns, in ChunkedDecoderTests.
    static let wordsOfBodies: Set = [
        "chunk-size", "chunk-ending", "trailer-field", "trailers-too-large",
    ]

    /// Words of heads that HTTP/1.1 cannot even write; their table is `HTTP2RequestHeadTests`'.
    static let wordsOfHTTP2: Set = ["pseudo-field", "connection-field"]

    @Test("every malformed head is refused with its word", arguments: rows)
    func refused(_ row: (text: String, code: String)) throws {
        // Swift strings hold no lone byte above 0x7F, so U+00E9 stands for two of them.
        var found = rejection(of: row.text)
        if found == nil, let head = try parse(row.text) {
            found = head.refusal(accepting: [])
        }
        #expect(found?.code == row.code)
    }

    @Test func theTableKnowsEveryWord() {
        let words = Set(RequestRejection.allCases.map(\.code))
        #expect(words.count == RequestRejection.allCases.count)
        #expect(
            words == Set(Self.rows.map(\.code)).union(Self.wordsOfBodies).union(Self.wordsOfHTTP2)
        )
    }

    @Test func statusesAreClientErrors() {
        for rejection in RequestRejection.allCases {
            switch rejection {
            case .methodNotAllowed: #expect(rejection.status == 405)
            case .versionNotSupported: #expect(rejection.status == 505)
            case .headTooLarge, .trailersTooLarge: #expect(rejection.status == 431)
            case .targetTooLong: #expect(rejection.status == 414)
            default: #expect(rejection.status == 400)
            }
        }
    }

    @Test func pathFaultsAreToldApart() {
        #expect(RequestRejection.pathDotSegment.isOfPath)
        #expect(RequestRejection.targetFragment.isOfPath)
        #expect(!RequestRejection.contentLength.isOfPath)
    }
}
