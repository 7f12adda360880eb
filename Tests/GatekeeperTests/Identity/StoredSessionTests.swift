import HTTPMessage
import JSON
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct StoredSessionTests {
    private static let writer = SessionCookieWriter(
        name: "sb-x-auth-token",
        domain: nil,
        isSecure: false,
        isHTTPOnly: false
    )

    private static func session(_ size: Int, user: String = "ä\"%;, 🙂") -> JSONObject {
        [
            "access_token": .string("new." + String(repeating: "x", count: size)),
            "refresh_token": "r2", "user": ["id": "u", "name": .string(user)],
        ]
    }

    private static func cookies(_ lines: [String]) -> [Cookie] {
        lines.filter { !$0.contains("Max-Age=0") }.map { line in
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            return Cookie(name: String(pair[0]), value: Array(pair[1].utf8))
        }
    }

    private static let forms: [(name: String, value: String)] = [
        (
            "base64",
            "base64-"
                + Base64URL.encode(
                    Array(#"{"access_token":"old","refresh_token":"r1","user":{"id":"u"}}"#.utf8)
                )
        ),
        ("raw", #"{"access_token":"old","refresh_token":"r1","user":{}}"#),
        ("percent", "%7B%22access_token%22%3A%22old%22%2C%22refresh_token%22%3A%22r1%22%7D"),
        ("array", #"["old","r1",null,null,null]"#),
    ]

    @Test("what is written is read, in the form that was found", arguments: 0..<4, [10, 4_000])
    func roundTrip(form: Int, size: Int) throws {
        let old = [Cookie(name: "sb-x-auth-token", value: Array(Self.forms[form].value.utf8))]
        let stored = try #require(
            StoredSession(old, name: "sb-x-auth-token", maximumChunks: 10)
        )
        #expect(stored.accessToken == "old")
        #expect(stored.refreshToken == "r1")
        let lines = Self.writer.replacing(stored, with: Self.session(size))
        let written = Self.cookies(lines)
        #expect(written.count == (size > 3_000 ? 2 : 1))
        #expect(written.allSatisfy { $0.value.count <= 3_180 })
        let again = try #require(
            StoredSession(written, name: "sb-x-auth-token", maximumChunks: 10)
        )
        #expect(again.accessToken.utf8.count == size + 4)
        #expect(again.refreshToken == "r2")
        #expect(again.encoding == stored.encoding)
        #expect(again.shape == stored.shape)
    }

    @Test("a session that was stored without its user stays without")
    func tokensOnly() throws {
        let old = [Cookie(name: "sb-x-auth-token", value: Array(#"{"access_token":"a"}"#.utf8))]
        let stored = try #require(StoredSession(old, name: "sb-x-auth-token", maximumChunks: 9))
        let lines = Self.writer.replacing(stored, with: Self.session(5))
        #expect(lines.count == 1)
        #expect(!lines[0].contains("user"))
        #expect(stored.refreshToken == nil)
    }

    @Test("chunks that are not written again are taken away")
    func staleChunks() throws {
        let value = Array(Self.forms[0].value.utf8)
        let old = [
            Cookie(name: "sb-x-auth-token.0", value: Array(value.prefix(20))),
            Cookie(name: "sb-x-auth-token.1", value: Array(value.dropFirst(20))),
            Cookie(name: "sb-x-auth-token.5", value: [0x78]),
            Cookie(name: "sb-x-auth-token-code-verifier", value: [0x78]),
        ]
        let stored = try #require(StoredSession(old, name: "sb-x-auth-token", maximumChunks: 9))
        let lines = Self.writer.replacing(stored, with: Self.session(5))
        let cleared = lines.filter { $0.contains("Max-Age=0") }.map { $0.prefix { $0 != "=" } }
        #expect(cleared == ["sb-x-auth-token.0", "sb-x-auth-token.1", "sb-x-auth-token.5"])
    }

    @Test("attributes are those of @supabase/ssr, and what the operator adds")
    func attributes() {
        #expect(
            Self.writer.clearing(["a"]) == ["a=; Max-Age=0; Path=/; SameSite=Lax"]
        )
        let strict = SessionCookieWriter(
            name: "a",
            domain: "example.com",
            isSecure: true,
            isHTTPOnly: true
        )
        #expect(
            strict.clearing(["a"])
                == ["a=; Max-Age=0; Path=/; Domain=example.com; SameSite=Lax; Secure; HttpOnly"]
        )
    }

    @Test("no escape and no character is cut", arguments: 3_170...3_190)
    func boundaries(length: Int) throws {
        let value = String(repeating: "a", count: length - 10) + "%F0%9F%99%82%C3%A4bc"
        let chunks = SessionCookieWriter.chunks(of: value)
        #expect(chunks.joined() == value)
        for chunk in chunks {
            let decoded = try #require(PercentEncoding.decode(Array(chunk.utf8)))
            #expect(String(validating: decoded, as: UTF8.self) != nil)
        }
    }
}
