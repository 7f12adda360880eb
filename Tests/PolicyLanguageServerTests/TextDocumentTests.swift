import PolicyDSL
import Testing

@testable import PolicyLanguageServer

@Suite struct TextDocumentTests {
    private func position(_ line: Int, _ character: Int) -> TextPosition {
        TextPosition(line: line, character: character)
    }

    @Test("characters are counted in the negotiated units")
    func units() {
        let text = Array("aé😀b\nx".utf8)
        let wide = TextDocument(text, encoding: .utf16)
        #expect(wide.offset(of: self.position(0, 4)) == 7)
        #expect(wide.position(of: 7) == self.position(0, 4))
        #expect(wide.offset(of: self.position(1, 1)) == text.count)
        let narrow = TextDocument(text, encoding: .utf8)
        #expect(narrow.offset(of: self.position(0, 7)) == 7)
        #expect(narrow.position(of: 7) == self.position(0, 7))
    }

    @Test("every offset at a scalar has one position", arguments: [PositionEncoding.utf8, .utf16])
    func inverse(encoding: PositionEncoding) {
        let string = "gatekeeper 1\r\n\nadmit users # Grüße 😀\rpolicy x\n"
        let document = TextDocument(Array(string.utf8), encoding: encoding)
        var offset = 0
        for scalar in string.unicodeScalars {
            // Inside CR LF there is no position of its own.
            if scalar != "\n" || offset == 0 || document.bytes[offset - 1] != 0x0D {
                #expect(document.offset(of: document.position(of: offset)) == offset)
            }
            offset += UTF8.width(scalar)
        }
    }

    @Test("a position outside the text is the nearest one inside")
    func outside() {
        let document = TextDocument(Array("ab\r\ncd".utf8), encoding: .utf16)
        #expect(document.offset(of: self.position(0, 99)) == 2)
        #expect(document.offset(of: self.position(9, 0)) == 6)
        #expect(document.offset(of: self.position(.max, .max)) == 6)
        let pair = TextDocument(Array("😀".utf8), encoding: .utf16)
        #expect(pair.offset(of: self.position(0, 1)) == 0, "never between surrogates")
        let bytes = TextDocument(Array("é".utf8), encoding: .utf8)
        #expect([0, 2].contains(bytes.offset(of: self.position(0, 1))))
    }

    @Test("edits replace what stands between two positions")
    func edits() {
        var document = TextDocument(Array("one\n😀two\n".utf8), encoding: .utf16)
        let range = TextRange(start: self.position(1, 2), end: self.position(1, 5))
        document.replace(range, with: "drei\n")
        #expect(String(decoding: document.bytes, as: UTF8.self) == "one\n😀drei\n\n")
        let backwards = TextRange(start: self.position(1, 0), end: self.position(0, 0))
        document.replace(backwards, with: "x")
        #expect(String(decoding: document.bytes, as: UTF8.self) == "one\nx😀drei\n\n")
    }

    @Test(
        "addresses are paths where they can be",
        arguments: [
            ("file:///a/b.policy", "/a/b.policy"), ("file:///a/b%20c.policy", "/a/b c.policy"),
            ("file:///a/%C3%A9.policy", "/a/é.policy"), ("file://host/x", "/x"),
            ("untitled:Untitled-1", nil), ("file:///a/%zz", nil), ("file:///a/%f", nil),
            ("file:///%ff", nil), ("file:", nil),
        ]
    )
    func addresses(uri: String, path: String?) {
        #expect(DocumentAddress(uri: uri).path == path)
        if let path { #expect(DocumentAddress(path: path) == DocumentAddress(uri: uri)) }
    }
}
