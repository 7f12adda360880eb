import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct RefusalPageTests {
    private func page(_ because: String?, uri: String? = nil) -> String {
        var denial = Denial(.deny, .denied)
        denial.because = because
        let problem = ProblemBody(
            status: 403,
            denial: denial,
            decision: "d1",
            stepUpURI: uri,
            hint: .none
        )
        return String(decoding: RefusalPage.html(for: problem), as: UTF8.self)
    }

    @Test(
        "nothing that anybody wrote becomes markup",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a & b", "a &amp; b"), ("\"'", "&quot;&#39;"), ("<\u{301}b>", "&lt;\u{301}b&gt;"),
            ("&lt;", "&amp;lt;"),
        ]
    )
    func escaping(_ text: String, _ expected: String) {
        let page = self.page(text)
        #expect(page.contains("<p>\(expected)</p>"))
        #expect(!page.contains("<script"))
    }

    @Test("a link stands inside its attribute, whatever it holds")
    func link() {
        let page = self.page(nil, uri: "/mfa?a=1&b=\"><img src=x>")
        #expect(page.contains("href=\"/mfa?a=1&amp;b=&quot;&gt;&lt;img src=x&gt;\""))
        #expect(!page.contains("<img"))
        #expect(!self.page(nil).contains("href"))
    }

    @Test("the page is complete, names the decision and loads nothing")
    func page() {
        let page = self.page("why")
        for part in [
            "<html lang=\"en\">", "<title>Not allowed</title>", "<h1>Not allowed</h1>", "<main>",
            "denied · d1", "viewport",
        ] {
            #expect(page.contains(part))
        }
        for part in ["src=", "http:", "https:", "<link", "@import", "url("] {
            #expect(!page.contains(part))
        }
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            #expect(RefusalPage.contentSecurityPolicy.contains(part))
        }
    }
}
