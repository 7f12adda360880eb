import JSON
import Testing
import TokenSigning

@testable import Gatekeeper

@Suite struct HandshakeResultTests {
    @Test(
        "a result is found under its name, however that is encoded",
        arguments: [
            ("__clerk_handshake=a.b.c", HandshakeResult?.some(.token(Array("a.b.c".utf8)))),
            ("x=1&__clerk_handshake_nonce=n%2D1", .nonce(Array("n-1".utf8))),
            ("%5F%5Fclerk_handshake=t", .token(Array("t".utf8))),
            ("__clerk_handshake=t&__clerk_handshake_nonce=n", .nonce(Array("n".utf8))),
            ("__clerk_handshake=", nil), ("__clerk_handshake", nil), ("", nil),
            ("__clerk_handshakes=t", nil), ("__CLERK_HANDSHAKE=t", nil),
            ("x=__clerk_handshake", nil),
        ]
    )
    func query(_ query: String, _ expected: HandshakeResult?) {
        #expect(HandshakeResult(query: query) == expected)
    }

    @Test("cookies hold results under the same names")
    func cookies() {
        let token = IdentityFixture.cookies(("a", "b"), ("__clerk_handshake", "t"))
        #expect(HandshakeResult(cookies: token) == .token(Array("t".utf8)))
        let nonce = IdentityFixture.cookies(("__clerk_handshake_nonce", "n"))
        #expect(HandshakeResult(cookies: nonce) == .nonce(Array("n".utf8)))
        #expect(HandshakeResult(cookies: IdentityFixture.cookies(("__session", "t"))) == nil)
    }

    private static let good = ["__session=t; Path=/", "__client_uat=1; Path=/; SameSite=Lax"]

    @Test("the cookies of a token are taken only where one of the instance's keys signed it")
    func signature() throws {
        let keys = try EnforcementFixture.keySet(EnforcementFixture.key)
        let token = Array(try ClerkFixture.result(Self.good).utf8)
        let cookies = try #require(HandshakeCookies(token: token, keys: keys))
        #expect(cookies.values == Self.good)
        #expect(cookies.sessionToken == Array("t".utf8))
        let forged = try ClerkFixture.result(Self.good, key: EnforcementFixture.otherKey)
        #expect(HandshakeCookies(token: Array(forged.utf8), keys: keys) == nil)
        let session = Array(try ClerkFixture.token().utf8)
        #expect(HandshakeCookies(token: session, keys: keys) == nil)
        #expect(HandshakeCookies(token: Array("x".utf8), keys: keys) == nil)
    }

    @Test(
        "one cookie that is not Clerk's, or could break out of its line, voids all",
        arguments: [
            "session=1", "__session", "__a=b\r\nX: y", "__a=\u{7F}", "__a=ü", "",
            "__a=" + String(repeating: "x", count: 8 << 10),
        ]
    )
    func odd(_ cookie: String) {
        #expect(HandshakeCookies(.array([.string("__session=t"), .string(cookie)])) == nil)
    }

    @Test("an answer of the Backend API is a list of cookies, and nothing else")
    func answer() {
        func cookies(_ text: String) -> [String]? {
            HandshakeCookies(answer: Array(text.utf8))?.values
        }
        #expect(cookies(#"{"directives":["__session=t"]}"#) == ["__session=t"])
        #expect(cookies(#"{"directives":[]}"#) == [])
        for text in ["{}", "[]", "", #"{"directives":"x"}"#, #"{"directives":[1]}"#] {
            #expect(cookies(text) == nil, "\(text)")
        }
        let many = JSONValue.array(Array(repeating: "__a=b", count: 33))
        #expect(HandshakeCookies(many) == nil)
    }

    @Test("a session that was signed out leaves no token")
    func signedOut() {
        let cookies = HandshakeCookies(["__session=; Max-Age=0", "__client_uat=0"])
        #expect(cookies != nil)
        #expect(cookies?.sessionToken == nil)
    }
}
