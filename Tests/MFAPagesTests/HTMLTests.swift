import Testing

@testable import MFAPages

@Suite struct HTMLTests {
    @Test(
        "text and attributes never become markup",
        arguments: [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload=\"x", "&quot; onload=&quot;x"), ("' x", "&#39; x"), ("&lt;", "&amp;lt;"),
            ("a\u{0}b\u{1b}c", "a b c"), ("</title><b>", "&lt;/title&gt;&lt;b&gt;"),
            ("schön 🙂", "schön 🙂"),
        ]
    )
    func escaping(_ text: String, _ escaped: String) {
        let html = HTML.tag(.p, [.set("title", text)], .text(text))
        #expect(
            String(decoding: html.bytes, as: UTF8.self)
                == "<p title=\"\(escaped)\">\(escaped)</p>"
        )
    }

    @Test("an error's own word is text, whatever the authority wrote")
    func hostileError() {
        let writer = PageWriter(
            texts: TextTable(.english, name: "<b>Acme</b>"),
            brand: Brand(name: "<b>Acme</b>"),
            stylesheet: Stylesheet(brand: Brand.defaultColour),
            returnTo: "return_to",
            token: FormToken("t")
        )
        let problem = AuthProblem(status: 500, code: "<script>alert(1)</script>")
        let message = MessageContent.failed(problem, again: PageAddress(.stepUp))
        let page = String(decoding: writer.document(.message(message)), as: UTF8.self)
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(!page.contains("<script"))
        #expect(!page.contains("<b>"))
    }

    @Test func voidElementsHaveNoEnd() {
        let html = HTML.tag(.input, [.set("name", "a"), .flag("required")])
        #expect(String(decoding: html.bytes, as: UTF8.self) == "<input name=\"a\" required>")
    }

    @Test(
        "a picture is taken only as a picture",
        arguments: [
            ("<svg xmlns=\"x\"/>", "data:image/svg+xml,%3Csvg%20xmlns%3D%22x%22%2F%3E"),
            ("\n<svg/>", "data:image/svg+xml,%3Csvg%2F%3E"),
            ("<html><svg/>", nil), ("data:image/svg+xml,<svg/>", nil), ("", nil),
            ("javascript:alert(1)", nil),
        ] as [(String, String?)]
    )
    func pictures(_ svg: String, _ url: String?) {
        #expect(PictureURL(svg)?.text == url)
    }
}

@Suite struct ColourTests {
    @Test(
        arguments: [
            ("#2f5bd7", "#2f5bd7"), ("#FFF", "#ffffff"), ("#0a0", "#00aa00"), ("2f5bd7", nil),
            ("#2f5bd", nil), ("#ggg", nil), ("", nil), ("#", nil),
        ] as [(String, String?)]
    )
    func reading(_ text: String, _ colour: String?) {
        #expect(Colour(text)?.description == colour)
    }

    @Test func contrastIsThatOfTheGuidelines() {
        #expect(abs(Colour.white.contrast(with: .black) - 21) < 0.001)
        let grey = Colour(red: 0x76, green: 0x76, blue: 0x76)
        #expect(abs(grey.contrast(with: .white) - 4.54) < 0.01)
    }

    @Test("whatever the brand's colour, it can be read", arguments: 0..<64)
    func readable(_ index: Int) {
        let brand = Colour(
            red: UInt8(index % 4 * 85),
            green: UInt8(index / 4 % 4 * 85),
            blue: UInt8(index / 16 * 85)
        )
        for card in [Colour.white, Colour(red: 0x1b, green: 0x1d, blue: 0x22)] {
            let accent = brand.readable(on: card)
            #expect(accent.contrast(with: card) >= 4.5)
            #expect(accent.contrast(with: accent.ink) >= 4.5)
        }
    }
}
