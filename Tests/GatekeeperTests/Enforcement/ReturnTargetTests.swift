import HTTPMessage
import Testing

@testable import Gatekeeper

@Suite struct ReturnTargetTests {
    private func encoded(
        _ path: String,
        _ query: String? = nil,
        parameter: String = "return_to",
        origin: String? = nil
    ) -> String? {
        ReturnTarget.encoded(path: path, query: query, parameter: parameter, origin: origin)
    }

    @Test(
        "the canonical path and the query as sent, every byte outside unreserved in capitals",
        arguments: [
            ("/", String?.none, "%2F"), ("/admin", nil, "%2Fadmin"),
            ("/a-b._~c", nil, "%2Fa-b._~c"), ("/a", "", "%2Fa"),
            ("/a", "x=1&y=%2f", "%2Fa%3Fx%3D1%26y%3D%252f"),
            ("/ä", nil, "%2F%C3%A4"), ("/a", "q='\"<>", "%2Fa%3Fq%3D%27%22%3C%3E"),
            ("/a%20b", nil, "%2Fa%2520b"), ("/a", "?", "%2Fa%3F%3F"),
        ]
    )
    func encoding(_ path: String, _ query: String?, _ expected: String) {
        #expect(self.encoded(path, query) == expected)
    }

    @Test("public_url stands in front where the page is on another origin")
    func origin() {
        let target = self.encoded("/a", origin: "https://app.example.com")
        #expect(target == "https%3A%2F%2Fapp.example.com%2Fa")
    }

    @Test("left out above 2,048 bytes, as encoded")
    func length() {
        let longest = "/" + String(repeating: "a", count: 2045)
        #expect(self.encoded(longest)?.utf8.count == 2048)
        #expect(self.encoded(longest + "a") == nil)
        #expect(self.encoded("/" + String(repeating: "=", count: 700)) == nil)
    }

    @Test(
        "one-time and secret parameters, and our own, are dropped",
        arguments: [
            "code=1", "code", "code=", "token_hash=x", "access_token=x", "refresh_token=x",
            "sb_flow_id=x", "return_to=/x", "return_to=%2Fx", "__clerk_handshake=x",
            "__clerk_db_jwt=x", "__clerk_=x", "__clerk_", "%63ode=1", "c%6Fde=1", "%5F_clerk_x=1",
            "return%5Fto=x", "code=1=2",
        ]
    )
    func dropped(_ pair: String) {
        #expect(self.encoded("/a", pair) == "%2Fa")
        #expect(self.encoded("/a", "\(pair)&x=1") == "%2Fa%3Fx%3D1")
        #expect(self.encoded("/a", "x=1&\(pair)&y=2&\(pair)") == "%2Fa%3Fx%3D1%26y%3D2")
    }

    @Test(
        "what only looks like them stays",
        arguments: [
            "Code=1", "codex=1", "xcode=1", "_clerk_x=1", "__clerk=1", "x=code", "=code", "%zz=1",
        ]
    )
    func kept(_ pair: String) {
        #expect(self.encoded("/a", pair) == "%2Fa%3F" + PercentEncoding.encode(pair))
    }

    @Test("the parameter may be named otherwise, and only that name is ours")
    func ownParameter() {
        #expect(
            self.encoded("/a", "next=/b&return_to=c", parameter: "next") == "%2Fa%3Freturn_to%3Dc"
        )
    }

    @Test("a path that a browser would read as a host never travels alone")
    func schemeRelative() {
        #expect(self.encoded("//evil.test") == nil)
        #expect(self.encoded("//evil.test", origin: "https://a.example") != nil)
        #expect(self.encoded("/x//evil.test") == "%2Fx%2F%2Fevil.test")
    }
}
