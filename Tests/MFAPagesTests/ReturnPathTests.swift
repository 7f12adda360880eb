import Testing

@testable import MFAPages

@Suite struct ReturnPathTests {
    @Test(
        "a path of this origin leads back, query included",
        arguments: [
            "/", "/dashboard", "/a/b/?x=1&y=%2Fz", "/search?q=https://example.com/", "/a;b",
            "/100%25", "/@user", "/a:b", "/?next=//evil.example",
        ]
    )
    func accepted(_ text: String) throws {
        #expect(try #require(ReturnPath(text)).text == text)
    }

    @Test(
        "nothing that any browser could take for another origin",
        arguments: [
            "", "dashboard", "//evil.example", "///evil.example", "/\\evil.example",
            "\\\\evil.example", "/\\/evil.example", "https://evil.example", "https:evil.example",
            "http:/evil.example", "javascript:alert(1)", "data:text/html,x", " /x", "/ /x",
            "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b", "\t//evil.example",
            "/%2f%2fevil.example", "/%2F/evil.example", "/%5cevil.example", "/%5C%5Cevil.example",
            "/x/..//evil.example", "/.//evil.example", "/..//evil.example", "/x//evil.example",
            "/x/../y", "/./y", "/%2e%2e/evil.example", "/.%2E/x", "/%2e/x", "/x/%2e%2e",
            "/#//evil.example", "/x#y", "/é", "/\u{2044}\u{2044}evil.example", "/\u{ff0f}evil",
            "/x\u{0}y", "/%00", "/%0d%0aLocation:x", "/%09/evil.example", "evil.example/x",
            "user@evil.example", "/<script>", "/\"onload=x", "/{x}", "/x|y", "/x^y", "/`x`",
            "/.gatekeeper", "/.gatekeeper/step-up", "/.gatekeeper/sign-out?x",
        ]
    )
    func refused(_ text: String) {
        #expect(ReturnPath(text) == nil)
    }

    @Test func longOnesAreLeftOut() {
        #expect(ReturnPath("/" + String(repeating: "a", count: 2_047)) != nil)
        #expect(ReturnPath("/" + String(repeating: "a", count: 2_048)) == nil)
    }
}
