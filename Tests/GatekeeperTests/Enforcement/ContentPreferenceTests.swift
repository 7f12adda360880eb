import Testing

@testable import Gatekeeper

@Suite struct ContentPreferenceTests {
    @Test(
        "HTML has to be named, and to be worth more than JSON",
        arguments: [
            ("text/html", true),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("application/xhtml+xml", true), ("TEXT/HTML", true), ("text/html ; q=0.1", true),
            ("text/html;level=1", true), ("text/html, application/json;q=0.9", true),
            ("text/html, */*", true), ("text/html;q=0.9, application/*;q=0.5, */*", true),
            ("application/json;q=0.5, text/html;q=0.6", true),
            ("*/*", false), ("text/*", false), ("", false), ("application/json", false),
            ("application/json, text/html", false), ("text/html, application/json", false),
            ("application/json, text/html;q=0.9", false), ("text/html;q=0", false),
            ("text/html;q=0.2, */*", false), ("text/html;q=0.2, application/*", false),
            ("text/html;q=x", false), ("text/html;q=2", false), ("text/html;q=nan", false),
            ("application/problem+json, text/html;q=0.5", false),
            ("application/json, text/plain, */*", false), ("text/htmlx", false),
            (";,;q=1", false),
        ]
    )
    func accept(_ accept: String, _ expected: Bool) {
        #expect(ContentPreference.prefersHTML(accept: accept) == expected)
    }

    @Test("a client that says nothing prefers nothing")
    func absent() {
        #expect(!ContentPreference.prefersHTML(accept: nil))
    }

    @Test("a browser that tells is believed, otherwise the preference decides")
    func navigation() {
        #expect(ClientTraits(accept: "text/html").isNavigation)
        #expect(!ClientTraits().isNavigation)
        let fetch = ClientTraits(accept: "text/html", fetchMode: "cors", hasFetchMetadata: true)
        #expect(!fetch.isNavigation)
        #expect(!ClientTraits(accept: "text/html", hasFetchMetadata: true).isNavigation)
        #expect(
            ClientTraits(accept: "*/*", fetchMode: "navigate", hasFetchMetadata: true).isNavigation
        )
    }

    @Test("traits are read from the head")
    func head() throws {
        let head = try IdentityFixture.head(
            "Accept: text/html",
            "Origin: https://a.example",
            "Referer: https://a.example/x",
            "Sec-Fetch-Site: none",
            "Cookie: a=b; gatekeeper_bounce=enroll.2",
            "Content-Type: application/grpc+proto",
            request: "GET /a/../b?x=1"
        )
        let traits = ClientTraits(head)
        #expect(traits.path == "/b")
        #expect(traits.query == "x=1")
        #expect(traits.hasFetchMetadata && traits.fetchMode == nil)
        #expect(traits.isGRPC)
        #expect(traits.redirects == RedirectCount(cookie: Array("enroll.2".utf8)))
        for (type, isGRPC) in [
            ("application/grpc", true), ("Application/GRPC; x=y", true),
            ("application/grpc-web", false), ("application/json", false),
        ] {
            let head = try IdentityFixture.head("Content-Type: \(type)")
            #expect(ClientTraits(head).isGRPC == isGRPC)
        }
    }
}
