import AsyncHTTPClient
import HTTPMessage
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct ClerkHandshakeTests {
    private func handshake(
        _ key: String = ClerkFixture.developmentKey,
        secretKey: String? = nil,
        extra: String = ""
    ) throws -> ClerkHandshake {
        let configuration = try EnforcementFixture.configuration(
            extra,
            issuers: ClerkFixture.issuers(key: key, secretKey: secretKey)
        )
        let provider = try #require(configuration.issuers.first?.provider)
        let exchange = HandshakeExchange(provider, client: .shared)
        return try #require(ClerkHandshake(configuration, exchange: exchange))
    }

    @Test(
        "a document is what a browser shows, and only a GET of it",
        arguments: [
            ("GET /", ["Sec-Fetch-Dest: document"], true),
            ("GET /", ["Sec-Fetch-Dest: iframe"], true),
            ("GET /", ["Sec-Fetch-Dest: empty", "Accept: text/html"], false),
            ("GET /", ["Sec-Fetch-Dest: image"], false),
            ("GET /", ["Accept: text/html,application/xhtml+xml"], true),
            ("GET /", ["Accept: application/json, text/html"], false),
            ("GET /", ["Accept: */*"], false), ("GET /", [], false),
            ("HEAD /", ["Accept: text/html"], false), ("POST /", ["Accept: text/html"], false),
            (
                "GET /",
                [
                    "Accept: text/html", "Connection: Upgrade", "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                ], false
            ),
        ]
    )
    func documents(_ request: String, _ fields: [String], _ isDocument: Bool) throws {
        let head = try IdentityFixture.head(fields, request: request)
        #expect(ClerkHandshake.isDocument(head) == isDocument)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        let state: ClerkHandshake.SessionState
        var changedAt: String?
        var query: String?
        var key = ClerkFixture.developmentKey
        var reason: ClerkHandshake.Reason?

        var testDescription: String { self.rule }
    }

    private static let issued = NumericDate(microseconds: 1_000_000_000)

    @Test(
        "a browser is sent to Clerk when another token may be better",
        arguments: [
            Row(rule: "expired", state: .refused(code: "token-expired"), reason: .tokenExpired),
            Row(
                rule: "not valid yet",
                state: .refused(code: "token-not-yet-valid"),
                reason: .tokenNotYetValid
            ),
            Row(
                rule: "from the future",
                state: .refused(code: "token-issued-in-future"),
                reason: .tokenFromFuture
            ),
            Row(rule: "forged", state: .refused(code: "signature-invalid")),
            Row(
                rule: "forged, and signed in at Clerk",
                state: .refused(code: "signature-invalid"),
                changedAt: "5",
                reason: .signedInElsewhere
            ),
            Row(rule: "nobody", state: .none),
            Row(rule: "signed out at Clerk", state: .none, changedAt: "0"),
            Row(
                rule: "signed in at Clerk",
                state: .none,
                changedAt: "5",
                reason: .signedInElsewhere
            ),
            Row(
                rule: "back from Clerk's own pages in development",
                state: .none,
                query: "__clerk_db_jwt=dvb_1",
                reason: .browserChanged
            ),
            Row(
                rule: "the same in production",
                state: .none,
                query: "__clerk_db_jwt=dvb_1",
                key: ClerkFixture.productionKey
            ),
            Row(rule: "good", state: .valid(issuedAt: Self.issued)),
            Row(rule: "good and current", state: .valid(issuedAt: Self.issued), changedAt: "1000"),
            Row(
                rule: "older than the client's last change",
                state: .valid(issuedAt: Self.issued),
                changedAt: "1001",
                reason: .tokenOlderThanClient
            ),
            Row(
                rule: "signed out since",
                state: .valid(issuedAt: Self.issued),
                changedAt: "0",
                reason: .signedOutElsewhere
            ),
        ]
    )
    func reasons(_ row: Row) throws {
        let handshake = try self.handshake(row.key)
        let cookies = row.changedAt.map {
            [Cookie(name: "__client_uat", value: Array($0.utf8))]
        }
        let own = ClerkCookies(cookies ?? [], of: handshake.instance)
        #expect(handshake.reason(for: row.state, cookies: own, query: row.query) == row.reason)
    }

    @Test("a handshake begins at the Frontend API, with all that it has to know")
    func location() throws {
        let cookies = IdentityFixture.cookies(("__session", "a.b.c"), ("__clerk_db_jwt", "dvb_1"))
        let head = try IdentityFixture.head(
            request: "GET /a%20b?x=1&__clerk_db_jwt=dvb_2&y=%26&__clerk_handshake=t"
        )
        let development = try self.handshake()
        let own = ClerkCookies(cookies, of: development.instance)
        let home = "https%3A%2F%2Fapp.example.com%2Fa%2520b%3Fx%3D1%26y%3D%2526"
        #expect(
            development.location(.tokenExpired, for: head, cookies: own)
                == "https://clerk.example.test/v1/client/handshake?redirect_url=\(home)"
                + "&__clerk_api_version=2026-05-12&suffixed_cookies=false"
                + "&__clerk_hs_reason=session-token-expired&__session=a.b.c&__clerk_db_jwt=dvb_2"
        )
        let production = try self.handshake(ClerkFixture.productionKey, secretKey: "sk_live_x")
        #expect(
            production.location(
                .signedInElsewhere,
                for: head,
                cookies: ClerkCookies([], of: production.instance)
            )
                == "https://clerk.example.test/v1/client/handshake?redirect_url=\(home)"
                + "&__clerk_api_version=2026-05-12&suffixed_cookies=false"
                + "&__clerk_hs_reason=client-uat-but-no-session-token&format=nonce"
        )
    }

    @Test(
        "the way back is a page of ours, whatever host a request claims",
        arguments: [
            ("app.example.com", "https://app.example.com/x"),
            ("APP.example.com", "https://app.example.com/x"),
            ("evil.example", "https://www.example.com/x"),
        ]
    )
    func home(_ host: String, _ expected: String) throws {
        let issuers = """
              - provider: clerk
                publishable_key: \(ClerkFixture.developmentKey)
                authorized_parties: [https://other.example.com, https://app.example.com]
            """
        let text = ConfigurationFixture.minimal(
            "public_url: https://www.example.com",
            issuer: issuers
        )
        let loaded = ConfigurationFixture.load(text)
        let configuration = try #require(loaded.configuration)
        let handshake = try #require(ClerkHandshake(configuration, exchange: nil))
        var parser = RequestHeadParser(limit: 4 << 10)
        var head = RequestHead()
        let bytes = Array("GET /x HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
        let count = try parser.parse(bytes.span, into: &head)
        #expect(count == bytes.count)
        #expect(handshake.home(of: head) == expected)
    }

    @Test("without a Clerk issuer there is no handshake")
    func absent() throws {
        let configuration = try EnforcementFixture.configuration()
        #expect(ClerkHandshake(configuration, exchange: nil) == nil)
        let provider = try #require(configuration.issuers.first?.provider)
        #expect(HandshakeExchange(provider, client: .shared) == nil)
    }
}
