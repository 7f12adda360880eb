import Markup
import Testing

@Suite struct MarkupTextTests {
    @Test(
        "text never becomes markup, between tags or inside quotes",
        arguments: [
            ("a<b>c", "a&lt;b&gt;c"), ("&amp;", "&amp;amp;"), ("\"'", "&quot;&#39;"),
            ("a\u{0}b\u{7f}c\rd", "a b c d"), ("a\n\tb", "a\n\tb"), ("ä🙂", "ä🙂"), ("", ""),
        ]
    )
    func escaping(_ text: String, _ escaped: String) {
        #expect(MarkupText.escaped(text) == escaped)
        var bytes = Array("x".utf8)
        MarkupText.append(text, to: &bytes)
        #expect(bytes == Array("x\(escaped)".utf8))
    }
}
