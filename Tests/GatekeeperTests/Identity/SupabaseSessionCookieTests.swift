import HTTPMessage
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct SupabaseSessionCookieTests {
    private static let name: String = "sb-abc-auth-token"
    private static let session: String =
        #"{"access_token":"h.p.s","token_type":"bearer","expires_at":1,"user":{"id":"evil"}}"#

    private static func encoded(_ text: String) -> String {
        "base64-" + Base64URL.encode(Array(text.utf8))
    }

    private func read(_ cookies: [Cookie], chunks: Int = 10) -> SupabaseSessionCookie.Reading {
        SupabaseSessionCookie.read(cookies, name: Self.name, maximumChunks: chunks)
    }

    private func read(_ value: String) -> SupabaseSessionCookie.Reading {
        self.read(IdentityFixture.cookies((Self.name, value)))
    }

    private func found(_ parts: String..., token: String = "h.p.s") -> SupabaseSessionCookie.Reading
    {
        .session(SupabaseSessionCookie(token: Array(token.utf8), parts: parts))
    }

    @Test(
        "every form that the client libraries have written",
        arguments: [
            Self.encoded(Self.session), Self.session, PercentEncoding.encode(Self.session),
            Self.encoded(#"{"access_token":"h.p.s"}"#),
            Self.encoded(#"["h.p.s","refresh",null,null,null]"#), #"["h.p.s","refresh"]"#,
            PercentEncoding.encode(#"["h.p.s"]"#), Self.encoded(" \n" + Self.session),
        ]
    )
    func forms(_ value: String) {
        #expect(self.read(value) == self.found(Self.name))
    }

    @Test(
        "what holds no token is unreadable",
        arguments: [
            "base64-", "base64-!!!!", "base64-e30=", Self.encoded("{"), Self.encoded("null"),
            Self.encoded("[]"),
            Self.encoded("\"h.p.s\""), Self.encoded(#"{"access_token":null}"#),
            Self.encoded(#"{"access_token":1}"#),
            Self.encoded(#"{"accessToken":"h.p.s"}"#), Self.encoded(#"[["h.p.s"]]"#),
            Self.encoded(#"[null]"#),
            Self.encoded(Self.session + "x"), "h.p.s", "x", "%7", "%zz",
            "{\"access_token\":\"h.p.s\"",
            Self.encoded(#"{"access_token":"a","access_token":"b"}"#), "base64-" + "A",
            "BASE64-" + Base64URL.encode(Array(Self.session.utf8)),
            Self.encoded(String(repeating: "[", count: 100)),
        ]
    )
    func unreadable(_ value: String) {
        #expect(self.read(value) == .unreadable)
    }

    @Test("characters that JavaScript skips are errors here: two readers must not disagree")
    func lenientDecoding() {
        let text = Self.encoded(Self.session)
        #expect(self.read(text + "=") == .unreadable)
        #expect(self.read(text.replacing("Z", with: "Z ")) == .unreadable)
        #expect(self.read("base64-" + Base64URL.encode([0xFF, 0xFE])) == .unreadable)
    }

    private func chunks(_ text: String, _ count: Int, name: String = Self.name) -> [Cookie] {
        let size = (text.utf8.count + count - 1) / count
        return (0..<count).map { index in
            let part = text.utf8.dropFirst(index * size).prefix(size)
            return Cookie(name: "\(name).\(index)", value: Array(part))
        }
    }

    @Test(
        "chunks are joined in the order of their numbers, whatever theirs",
        arguments: [1, 2, 9, 10]
    )
    func chunked(_ count: Int) {
        let cookies = self.chunks(Self.encoded(Self.session), count)
        let names = (0..<count).map { "\(Self.name).\($0)" }
        let expected = SupabaseSessionCookie(token: Array("h.p.s".utf8), parts: names)
        #expect(self.read(cookies) == .session(expected))
        #expect(self.read(cookies.reversed()) == .session(expected))
    }

    @Test("more chunks than allowed are never joined")
    func tooMany() {
        let cookies = self.chunks(Self.encoded(Self.session), 11)
        #expect(self.read(cookies) == .unreadable)
        #expect(self.read(cookies, chunks: 11) != .unreadable)
        #expect(self.read(Array(cookies.prefix(3)), chunks: 2) == .unreadable)
    }

    @Test("the whole cookie counts alone, chunks beside it are leftovers")
    func wholeBeforeChunks() {
        let stale = self.chunks(Self.encoded(#"{"access_token":"old"}"#), 2)
        let whole = IdentityFixture.cookies((Self.name, Self.encoded(Self.session)))
        #expect(self.read(stale + whole) == self.found(Self.name))
        let broken = IdentityFixture.cookies((Self.name, "base64-x"))
        #expect(self.read(stale + broken) == .unreadable)
    }

    @Test("an empty whole cookie is none, and so is an empty chunk")
    func emptyParts() {
        let text = Self.encoded(Self.session)
        let empty = IdentityFixture.cookies((Self.name, ""))
        #expect(self.read(empty) == .absent)
        #expect(self.read(empty + self.chunks(text, 1)) == self.found("\(Self.name).0"))
        let end = IdentityFixture.cookies(("\(Self.name).1", ""), ("\(Self.name).2", "stale"))
        #expect(self.read(self.chunks(text, 1) + end) == self.found("\(Self.name).0"))
    }

    @Test("a gap ends the value; what lies behind it is a leftover")
    func gap() {
        let text = Self.encoded(Self.session)
        var cookies = self.chunks(text, 1)
        cookies += IdentityFixture.cookies(("\(Self.name).2", "stale"))
        #expect(self.read(cookies) == self.found("\(Self.name).0"))
        #expect(self.read(Array(self.chunks(text, 3).dropFirst())) == .unreadable)
        let torn = self.chunks(text, 3).filter { !$0.name.hasSuffix(".1") }
        #expect(self.read(torn) == .unreadable)
    }

    @Test("chunks of two generations do not make a session")
    func mixedGenerations() {
        let new = self.chunks(Self.encoded(Self.session), 2)
        let old = self.chunks(
            Self.encoded(#"{"access_token":"old.old.old","x":"yyyyyyyyyyyy"}"#),
            2
        )
        #expect(self.read([new[0], old[1]]) == .unreadable)
        #expect(self.read([old[0], new[1]]) == .unreadable)
    }

    @Test("one name with two different values counts as rejected, with one value twice it does not")
    func twoValues() {
        let text = Self.encoded(Self.session)
        let other = Self.encoded(#"{"access_token":"a.b.c"}"#)
        let twice = IdentityFixture.cookies((Self.name, text), (Self.name, text))
        #expect(self.read(twice) == self.found(Self.name))
        let two = IdentityFixture.cookies((Self.name, text), (Self.name, other))
        #expect(self.read(two) == .unreadable)
        #expect(
            self.read(IdentityFixture.cookies((Self.name, ""), (Self.name, text))) == .unreadable
        )
        let chunk = IdentityFixture.cookies(("\(Self.name).0", "a"), ("\(Self.name).0", "b"))
        #expect(self.read(IdentityFixture.cookies((Self.name, text)) + chunk) == .unreadable)
    }

    @Test(
        "only the name and its numbered chunks are the session's",
        arguments: [
            ("sb-abc-auth-token", true), ("sb-abc-auth-token.0", true),
            ("sb-abc-auth-token.9", true), ("sb-abc-auth-token.10", true),
            ("sb-abc-auth-token.123456", true),
            ("sb-abc-auth-token-code-verifier", false),
            ("sb-abc-auth-token-flow-a1B2_c3D-code-verifier", false),
            ("sb-abc-auth-token-flows-code-verifier", false), ("sb-abc-auth-token-user", false),
            ("sb-abc-auth-token.", false), ("sb-abc-auth-token.00", false),
            ("sb-abc-auth-token.01", false), ("sb-abc-auth-token.-1", false),
            ("sb-abc-auth-token.1a", false), ("sb-abc-auth-token.0.0", false),
            ("sb-abc-auth-tokenx", false), ("sb-abc-auth-toke", false), ("", false),
            ("SB-abc-auth-token", false), ("sb-xyz-auth-token", false),
            ("sb-abc-auth-token.\u{0660}", false),
        ]
    )
    func names(_ cookie: String, _ isPart: Bool) {
        #expect(SupabaseSessionCookie.isPart(cookie, of: Self.name) == isPart)
    }

    @Test("names are compared byte for byte")
    func lookalike() {
        #expect(!SupabaseSessionCookie.isPart("sb-\u{212A}", of: "sb-K"))
        #expect(!SupabaseSessionCookie.isPart("sb-\u{212A}.0", of: "sb-K"))
        #expect(SupabaseSessionCookie.isPart("sb-K.0", of: "sb-K"))
    }

    @Test("verifier cookies alone are no session")
    func verifiers() {
        let cookies = IdentityFixture.cookies(
            ("\(Self.name)-code-verifier", "\"abc\""),
            ("other", "x")
        )
        #expect(self.read(cookies) == .absent)
    }
}
