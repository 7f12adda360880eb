import HTTPMessage
import Testing

@Suite struct ForwardedRequestTests {
    private let ours =
        "X-Gatekeeper-Class: visitor\r\n"
        + "X-Gatekeeper-Decision: 00000000000000010000000000000002\r\n"
        + "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: app.example\r\n"

    @Test func aPlainRequestKeepsItsFields() throws {
        let head = try #require(
            try parse(get("/x?y", "Accept: */*", "X-Own: 1", "Authorization: Bearer t"))
        )
        #expect(
            head.forwarded() == "GET /x?y HTTP/1.1\r\nHost: app.example\r\nAccept: */*\r\n"
                + "X-Own: 1\r\nAuthorization: Bearer t\r\n" + self.ours + "\r\n"
        )
    }

    @Test func oddSpacingIsWrittenAnew() throws {
        let head = try #require(
            try parse("GET / HTTP/1.0\r\nHost:app.example  \r\nX:\t a b \r\nY:\r\n\r\n")
        )
        #expect(
            head.forwarded()
                == "GET / HTTP/1.1\r\nHost: app.example\r\nX: a b\r\nY: \r\n" + self.ours + "\r\n"
        )
    }

    @Test(
        "what belongs to the connection, or claims to be ours, does not pass",
        arguments: [
            "Connection: close", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive",
            "TE: gzip", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
            "Proxy-Authorization: Basic x", "X-Gatekeeper-AAL: aal2", "x_gatekeeper_subject: root",
            "X.Gatekeeper.Class: service", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4",
            "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil",
            "X-Forwarded-Prefix: /admin", "X-Forwarded-Uri: /public", "X_Forwarded_For: 1.2.3.4",
            "X-Original-URL: /admin", "X-Rewrite-URL: /admin", "X-HTTP-Method: DELETE",
            "X-HTTP-Method-Override: DELETE", "X-Method-Override: DELETE",
            "X-Middleware-Subrequest: middleware", "X_Original_URL: /admin", "Trailer: X",
        ]
    )
    func dropped(line: String) throws {
        let head = try #require(try parse(get("/", line)))
        #expect(
            head.forwarded()
                == "GET / HTTP/1.1\r\nHost: app.example\r\n" + self.ours + "\r\n"
        )
    }

    @Test func fieldsNamedInConnectionDoNotPass() throws {
        let head = try #require(
            try parse(
                get(
                    "/",
                    "X-A: 1",
                    "Connection: x-a, X-B",
                    "X-B: 2",
                    "Connection: X-C",
                    "X-C: 3",
                    "X-D: 4"
                )
            )
        )
        #expect(
            head.forwarded() == "GET / HTTP/1.1\r\nHost: app.example\r\nX-D: 4\r\n" + self.ours
                + "\r\n"
        )
    }

    @Test("naming our fields in Connection cannot remove them")
    func identitySurvivesNomination() throws {
        let head = try #require(
            try parse(get("/", "Connection: close, X-Gatekeeper-Class, X-Forwarded-For, Host"))
        )
        #expect(head.forwarded() == "GET / HTTP/1.1\r\nHost: app.example\r\n" + self.ours + "\r\n")
    }

    @Test func anAcceptedOverridePasses() throws {
        let head = try #require(
            try parse(get("/", "X-HTTP-Method-Override: PUT", "X_HTTP_Method_Override: DELETE"))
        )
        #expect(head.oddities == .httpMethodOverride)
        var forwarding = RequestForwarding.fixture()
        forwarding.accepted = .httpMethodOverride
        let text = head.forwarded(forwarding)
        #expect(text.contains("\r\nX-HTTP-Method-Override: PUT\r\n"))
        #expect(!text.contains("DELETE"))
    }

    @Test(
        "framing is written anew",
        arguments: [
            ("Content-Length: 5", "Content-Length: 5\r\n"),
            ("Content-Length: 0005", "Content-Length: 5\r\n"),
            ("content-length:0", "Content-Length: 0\r\n"),
            ("transfer-encoding: CHUNKED", "Transfer-Encoding: chunked\r\n"),
        ]
    )
    func framing(line: String, expected: String) throws {
        let head = try #require(try parse(get("/", line)))
        #expect(
            head.forwarded()
                == "GET / HTTP/1.1\r\nHost: app.example\r\n" + self.ours + expected + "\r\n"
        )
        var withheld = RequestForwarding.fixture()
        withheld.withholdsBody = true
        #expect(
            head.forwarded(withheld) == "GET / HTTP/1.1\r\nHost: app.example\r\n" + self.ours
                + "\r\n"
        )
    }

    @Test func anUpgradeIsAskedForInOurWords() throws {
        let head = try #require(
            try parse(
                get(
                    "/",
                    "Upgrade: h2c, WebSocket",
                    "Connection: upgrade, X-A",
                    "Sec-WebSocket-Key: k"
                )
            )
        )
        #expect(
            head.forwarded() == "GET / HTTP/1.1\r\nHost: app.example\r\nSec-WebSocket-Key: k\r\n"
                + self.ours + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        )
    }

    @Test func trailersAreAskedForInOurWords() throws {
        let head = try #require(try parse(get("/", "TE: gzip, trailers", "Connection: TE")))
        #expect(head.forwarded().hasSuffix("Connection: TE\r\nTE: trailers\r\n\r\n"))
    }

    @Test func expectPassesFromHTTP11Only() throws {
        let text = get("/", "Expect: 100-continue", "Content-Length: 3")
        let head = try #require(try parse(text))
        #expect(head.traits.contains(.expectsContinue))
        #expect(head.forwarded().contains("Expect: 100-continue\r\n"))
        let old = try #require(try parse(text.replacing("HTTP/1.1", with: "HTTP/1.0")))
        #expect(!old.forwarded().contains("Expect"))
    }

    @Test func aTrustedProxyIsBelievedAndContinued() throws {
        let head = try #require(
            try parse(
                get(
                    "/",
                    "X-Forwarded-For: 198.51.100.1",
                    "X-Forwarded-For: 10.0.0.2",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: public.example",
                    "X-Forwarded-Port: 443",
                    "Forwarded: for=198.51.100.1",
                    "X_Forwarded_For: 6.6.6.6"
                )
            )
        )
        var forwarding = RequestForwarding.fixture()
        forwarding.origin = .trustedProxy(peer: Array("10.0.0.9".utf8), isTLS: false)
        #expect(
            head.forwarded(forwarding) == "GET / HTTP/1.1\r\nHost: app.example\r\n"
                + "X-Forwarded-Port: 443\r\nForwarded: for=198.51.100.1\r\n"
                + "X-Gatekeeper-Class: visitor\r\n"
                + "X-Gatekeeper-Decision: 00000000000000010000000000000002\r\n"
                + "X-Forwarded-For: 198.51.100.1, 10.0.0.2, 10.0.0.9\r\n"
                + "X-Forwarded-Proto: https\r\nX-Forwarded-Host: public.example\r\n\r\n"
        )
    }

    @Test func withheldCredentials() throws {
        let head = try #require(
            try parse(
                get(
                    "/",
                    "Cookie: a=1; sb-x-auth-token=t;b=2",
                    "Cookie: sb-x-auth-token=u",
                    "Authorization: Bearer t"
                )
            )
        )
        var forwarding = RequestForwarding.fixture()
        forwarding.withheldCookies = [Array("sb-x-auth-token".utf8)]
        forwarding.withholdsAuthorization = true
        #expect(
            head.forwarded(forwarding) == "GET / HTTP/1.1\r\nHost: app.example\r\n"
                + "Cookie: a=1; b=2\r\n" + self.ours + "\r\n"
        )
    }

    @Test("one judged request in, exactly that request out", arguments: 0..<6)
    func oneInOneOut(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) + 100)
        let lines = [
            "Accept: */*", "X-A:b", "Cookie: a=b", "Content-Length: 4",
            "Transfer-Encoding: chunked",
            "Connection: close", "Connection: x-a", "Upgrade: websocket", "X-Gatekeeper-AAL: aal2",
            "TE: trailers", "X-B:  \t ", "Expect: 100-continue", "X-Forwarded-For: 1", " folded",
            "bad name: x", "X-C: a\rb", "X-C: a\nb", "Host: evil", "Content-Length: 04",
            "X-Ob: \u{E9}",
        ]
        let targets = ["/", "/a/../b?x", "/%61//", "http://app.example/x", "/a;b", "*", "/a b"]
        for _ in 0..<1500 {
            let count = Int.random(in: 0..<5, using: &random)
            let chosen = (0..<count).map { _ in lines.randomElement(using: &random) ?? "" }
            let target = targets.randomElement(using: &random) ?? "/"
            let text =
                "POST \(target) HTTP/1.1\r\nHost: app.example\r\n"
                + chosen.map { $0 + "\r\n" }.joined() + "\r\n"
            guard rejection(of: text) == nil, let head = try parse(text) else { continue }
            let out = Array(head.forwarded().utf8)
            var parser = RequestHeadParser(limit: 65_536)
            var again = RequestHead()
            #expect(try parser.parse(out.span, into: &again) == out.count)
            #expect(again.pathText == head.pathText)
            #expect(again.query.map(again.text) == head.query.map(head.text))
            #expect(again.text(again.host) == "app.example")
            #expect(again.framing == head.framing)
            #expect(again.count(of: .identity) == 2)
            #expect(again.count(of: .xForwardedFor) == 1)
        }
    }
}
