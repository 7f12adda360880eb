import HTTPMessage
import Testing

/// Published holes whose mechanism lives in message syntax.
@Suite struct AdvisoryTests {
    @Test("CVE-2025-54576: the query is not part of the matched path")
    func queryIsNotPath() throws {
        let head = try #require(try parse(get("/admin?/public")))
        #expect(head.pathText == "/admin")
    }

    @Test("GHSA-pxq7-h93f-9jrg, CVE-2021-39156, GHSA-fvhj-4qfh-q2hm: no fragment reaches matching")
    func fragments() throws {
        #expect(rejection(of: get("/admin#/public")) == .targetFragment)
        #expect(try parse(get("/admin%23/public"))?.pathText == "/admin%23/public")
    }

    @Test(
        "CVE-2021-31920, CVE-2021-29492, CVE-2019-9901, CVE-2025-47952, CVE-2026-33494: one path",
        arguments: [
            "//admin", "/%2Fadmin", "/x%5C..%5Cadmin", "/x\\..\\admin", "/%2e%2e/admin",
            "/..%2fadmin", "/public/..;/admin",
        ]
    )
    func ambiguousPaths(target: String) throws {
        let refused = rejection(of: get(target))
        let refusal = try refused ?? parse(get(target))?.refusal(accepting: [])
        #expect(refusal?.isOfPath == true)
    }

    @Test(
        "CVE-2026-27587, CVE-2026-41248, CVE-2026-6321: spellings of one path are one path",
        arguments: ["/%61dmin", "/x/../admin", "/./admin", "/x/%2E%2E/admin", "/%61%64%6d%69%6E"]
    )
    func spellings(target: String) throws {
        #expect(try parse(get(target))?.pathText == "/admin")
    }

    @Test("GO-2026-5108: percent triplets compare without case")
    func hexCase() throws {
        #expect(try parse(get("/%e2%82%ac"))?.pathText == "/%E2%82%AC")
    }

    @Test(
        "CVE-2026-73553, CVE-2026-73511, CVE-2026-50559, CVE-2026-74909: path parameters, encoded too",
        arguments: ["/admin;x", "/admin;/x", "/admin%3Bx"]
    )
    func pathParameters(target: String) throws {
        #expect(try parse(get(target))?.refusal(accepting: []) == .pathSemicolon)
    }

    @Test("CVE-2026-73552: obs-text and bad UTF-8 in a path")
    func badText() {
        #expect(
            rejection(
                of: Array("GET /\u{0}".utf8.dropLast()) + [0xFF]
                    + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
            ) == .pathNotUTF8
        )
        #expect(rejection(of: get("/%ED%A0%80")) == .pathNotUTF8)
    }

    @Test("CVE-2025-46821: `*` is a byte like any other")
    func asterisk() throws {
        #expect(try parse(get("/a*b"))?.pathText == "/a*b")
    }

    @Test("CVE-2021-39155, GHSA-72h4-mxfc-jx37, CVE-2026-27588: Host has no case")
    func hostCase() throws {
        let head = try #require(try parse("GET / HTTP/1.1\r\nHost: ADMIN.Example\r\n\r\n"))
        #expect(head.text(head.host) == "admin.example")
    }

    @Test("CVE-2024-21631: a port beyond 16 bits is no port")
    func portOverflow() {
        #expect(rejection(of: "GET / HTTP/1.1\r\nHost: a:65537\r\n\r\n") == .hostMalformed)
        #expect(rejection(of: get("http://app.example:4294967376/")) == .targetMalformed)
    }

    @Test("CVE-2026-57209: a Host that is none")
    func hostInjection() {
        #expect(rejection(of: "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n") == .hostMalformed)
        #expect(rejection(of: "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n") == .hostMalformed)
    }

    @Test("CVE-2020-14359: a method in lower case is another method")
    func methodCase() throws {
        #expect(try parse("get / HTTP/1.1\r\nHost: a\r\n\r\n")?.methodKind == .other)
        #expect(rejection(of: "connect a:1 HTTP/1.1\r\nHost: a\r\n\r\n") == .methodNotAllowed)
    }

    @Test(
        "CVE-2025-64484, CVE-2026-88011, CVE-2026-54763, CVE-2026-33433, CVE-2026-39858: aliases",
        arguments: ["X_Gatekeeper_AAL", "X.Gatekeeper.AAL", "x-gAtEkEePeR-aal", "X-Gatekeeper_AAL"]
    )
    func aliases(name: String) throws {
        let head = try #require(try parse(get("/", "\(name): forged")))
        #expect(!head.forwarded().contains("forged"))
    }

    @Test("CVE-2026-35051, CVE-2026-40575, CVE-2024-45806: X-Forwarded-* of a stranger")
    func forwardedByStrangers() throws {
        let head = try #require(
            try parse(
                get(
                    "/",
                    "X-Forwarded-Prefix: /forged",
                    "X-Forwarded-Uri: /forged",
                    "X-Forwarded-For: forged"
                )
            )
        )
        #expect(!head.forwarded().contains("forged"))
    }

    @Test(
        "CVE-2021-32813, CVE-2024-45410, CVE-2026-29054, CVE-2026-105299: Connection cannot remove identity"
    )
    func nominatedIdentity() throws {
        let head = try #require(
            try parse(get("/", "Connection: X-Gatekeeper-Class, x-gatekeeper-decision"))
        )
        let text = head.forwarded()
        #expect(text.contains("X-Gatekeeper-Class: visitor\r\n"))
        #expect(text.contains("X-Gatekeeper-Decision: "))
    }

    @Test("CVE-2025-29927: x-middleware-subrequest does not pass")
    func middlewareSubrequest() throws {
        let head = try #require(try parse(get("/", "x-middleware-subrequest: src/middleware")))
        #expect(!head.forwarded().contains("middleware"))
    }

    @Test("CVE-2023-27487: a client's word about the original path does not pass")
    func originalPath() throws {
        let head = try #require(
            try parse(get("/", "X-Original-URL: /public", "X-Rewrite-URL: /public"))
        )
        #expect(!head.forwarded().contains("public"))
    }

    @Test("GHSA-rj37-6j9x-74q6: a header block has an end")
    func unboundedHead() {
        let fields = String(repeating: "a: b\r\n", count: 20_000)
        #expect(rejection(of: "GET / HTTP/1.1\r\nHost: a\r\n" + fields) == .headTooLarge)
    }

    @Test("GHSA-7fj7-39wj-c64f: no CR or LF leaves in a field")
    func splitting() {
        #expect(rejection(of: get("/", "X: a\rSet-Cookie: b")) == .lineEnding)
        #expect(rejection(of: get("/", "X: a\nSet-Cookie: b")) == .lineEnding)
    }

    @Test(
        "GHSA-mgc4-wqv7-4pxm: Transfer-Encoding in all its disguises",
        arguments: [
            "Transfer-Encoding: \u{B}chunked", "Transfer-Encoding: chunked\u{0}",
            "Transfer-Encoding: chunked;q=1", "Transfer-Encoding: , chunked",
            "Transfer-Encoding: chun ked", "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
            "Transfer-Encoding:\r\n chunked", "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: cow",
        ]
    )
    func transferEncodings(line: String) {
        #expect(rejection(of: get("/", line)) != nil)
    }

    @Test("CVE-2026-2835: HTTP/1.0 has no Transfer-Encoding")
    func oldChunked() {
        #expect(
            rejection(of: "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                == .transferEncoding
        )
    }

    @Test("an h2c upgrade is not asked for upstream")
    func h2cSmuggling() throws {
        let head = try #require(
            try parse(
                get(
                    "/",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMA",
                    "Connection: Upgrade, HTTP2-Settings"
                )
            )
        )
        let text = head.forwarded()
        #expect(!text.contains("h2c"))
        #expect(!text.contains("HTTP2-Settings"))
        #expect(!text.contains("Connection"))
    }
}
