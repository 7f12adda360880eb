import Testing

@testable import PolicyDSL

@Suite struct SyntaxLexerTests {
    private func lexer(_ text: String) -> Lexer {
        Lexer(PolicySource(name: "test.policy", text: text), index: 0)
    }

    private func words(_ text: String) -> [String] {
        self.lexer(text).lexemes.filter { $0.kind == .word }.map(\.text)
    }

    @Test(
        "words end at white space and at marks",
        arguments: [
            ("policy a{for", ["policy", "a", "for"]),
            ("on /a/**,/b", ["on", "/a/**", "/b"]),
            ("/a#b", ["/a"]),
            ("/a\"b\"", ["/a"]),
            ("define a=paths /x=y", ["define", "a", "paths", "/x=y"]),
            ("https://e.example/?a=b", ["https://e.example/?a=b"]),
            ("a\tb\r\nc", ["a", "b", "c"]),
            ("", []),
        ]
    )
    func wordBoundaries(text: String, expected: [String]) {
        #expect(self.words(text) == expected)
    }

    @Test("every lexeme knows its place")
    func spans() {
        let source = PolicySource(name: "test.policy", text: "gatekeeper 1\n  admit \"ü\", users")
        let lexemes = Lexer(source, index: 3).lexemes
        #expect(
            lexemes.map { source.text(of: $0.span) } == [
                "gatekeeper", "1", "admit", "\"ü\"", ",", "users", "",
            ]
        )
        #expect(lexemes.allSatisfy { $0.span.source == 3 })
        #expect(lexemes.map(\.beginsLine) == [true, false, true, false, false, false, false])
        #expect(source.position(at: lexemes[5].span.start) == .init(line: 2, column: 14))
    }

    @Test("comments are kept with what the formatter needs to know")
    func comments() {
        let comments = self.lexer("# one \nadmit users # two\n\n  # three\n#\n").comments
        #expect(comments.map(\.text) == [" one", " two", " three", ""])
        #expect(comments.map(\.ownsLine) == [true, false, true, true])
        #expect(comments.map(\.followsBlankLine) == [false, false, true, false])
    }

    @Test("a byte order mark and Windows line ends mean nothing")
    func otherPlatforms() {
        let text = "\u{FEFF}gatekeeper 1\r\nadmit users # all\r\n"
        let reading = PolicyReading([PolicySource(name: "test.policy", text: text)])
        #expect(reading.diagnostics == [])
        #expect(reading.parsed[0].comments.map(\.text) == [" all"])
    }

    @Test(
        "characters that hide or imitate are refused",
        arguments: [
            "us\u{0435}rs", "users\u{200B}", "users\u{202E}", "\u{00A0}users", "users\u{0}",
            "users\u{7F}", "users \u{2028}", "us\rers",
        ]
    )
    func strangeCharacters(text: String) {
        let reading = PolicyReading([
            PolicySource(name: "test.policy", text: "gatekeeper 1\nadmit " + text)
        ])
        #expect(reading.codes.contains(.strangeCharacter))
        #expect(reading.policySet == nil)
    }

    @Test("strings and comments hold any text but control characters")
    func text() {
        let text = "because \"Grüße, 再见 \u{202E}\" # naïve"
        let reading = PolicyReading.fixture(clauses: "require aal2 \(text)\n")
        #expect(reading.diagnostics == [])
        #expect(PolicyReading.fixture("# bell \u{7}\n").codes == [.strangeCharacter])
    }

    @Test("nothing odd reaches a terminal")
    func shown() {
        #expect(Spelling.shown("a\u{202E}b\u{1B}[31m") == "a\\u{202E}b\\u{1B}[31m")
        #expect(Spelling.quoted(String(repeating: "x", count: 100)).count == 63)
        #expect(Spelling.quoted("`a`") == "\"`a`\"")
    }
}
