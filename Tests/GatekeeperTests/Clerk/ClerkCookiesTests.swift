import JSON
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct ClerkCookiesTests {
    private static func token(_ issuer: String?, _ issuedAt: Int64) -> String {
        var claims: JSONObject = ["iat": .integer(issuedAt)]
        claims["iss"] = issuer.map { .string($0) }
        let header = Base64URL.encode(Array(#"{"alg":"RS256"}"#.utf8))
        let payload = Base64URL.encode(Array(JSONValue.object(claims).serialized().utf8))
        return "\(header).\(payload).AAAA"
    }

    private static let ours = ClerkFixture.issuer
    private static let older = Self.token(Self.ours, 100)
    private static let newer = Self.token(Self.ours, 200)
    private static let nameless = Self.token(nil, 100)
    private static let foreign = Self.token("https://other.example.test", 300)

    struct Row: Sendable, CustomTestStringConvertible {
        let rule: String
        var plain: (session: String?, changed: String?) = (nil, nil)
        var suffixed: (session: String?, changed: String?) = (nil, nil)
        let usesSuffix: Bool
        var changedAt: Int64?

        var testDescription: String { self.rule }
    }

    @Test(
        "which of the two generations of cookies counts is decided as Clerk's libraries do",
        arguments: [
            Row(rule: "nothing there", usesSuffix: false),
            Row(rule: "plain ones alone", plain: (older, "50"), usesSuffix: false, changedAt: 50),
            Row(
                rule: "suffixed ones alone",
                suffixed: (older, "50"),
                usesSuffix: true,
                changedAt: 50
            ),
            Row(
                rule: "a plain token that names nobody",
                plain: (nameless, "1"),
                suffixed: (older, "2"),
                usesSuffix: false,
                changedAt: 1
            ),
            Row(
                rule: "a plain token of another instance",
                plain: (foreign, "1"),
                suffixed: (older, "2"),
                usesSuffix: true,
                changedAt: 2
            ),
            Row(
                rule: "both, the plain one newer",
                plain: (newer, "1"),
                suffixed: (older, "2"),
                usesSuffix: false,
                changedAt: 1
            ),
            Row(
                rule: "both, the suffixed one newer",
                plain: (older, "1"),
                suffixed: (newer, "2"),
                usesSuffix: true,
                changedAt: 2
            ),
            Row(
                rule: "signed out by suffix, signed in plainly",
                plain: (older, "1"),
                suffixed: (nil, "0"),
                usesSuffix: false,
                changedAt: 1
            ),
            Row(
                rule: "signed out both ways",
                plain: (nil, "0"),
                suffixed: (nil, "0"),
                usesSuffix: true,
                changedAt: 0
            ),
            Row(
                rule: "a suffixed token without its time",
                suffixed: (older, nil),
                usesSuffix: false
            ),
            Row(rule: "a time that is none", plain: (nil, "soon"), usesSuffix: false),
        ]
    )
    func generation(_ row: Row) throws {
        var cookies: [Cookie] = []
        func add(_ name: String, _ value: String?) {
            if let value { cookies.append(Cookie(name: name, value: Array(value.utf8))) }
        }
        add("__session", row.plain.session)
        add("__client_uat", row.plain.changed)
        add("__session_\(ClerkFixture.suffix)", row.suffixed.session)
        add("__client_uat_\(ClerkFixture.suffix)", row.suffixed.changed)
        let found = ClerkCookies(cookies, of: try ClerkFixture.instance())
        #expect(found.usesSuffix == row.usesSuffix)
        #expect(found.clientChangedAt == row.changedAt)
        let session = row.usesSuffix ? row.suffixed.session : row.plain.session
        #expect(found.sessionToken == session.map { Array($0.utf8) })
    }
}
