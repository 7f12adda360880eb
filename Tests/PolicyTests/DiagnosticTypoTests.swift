import Testing

@testable import PolicyDSL

/// A typo anywhere in the grammar finds its nearest word.
@Suite struct DiagnosticTypoTests {
    /// One misspelt word of an item that was sound before.
    private struct Typo {
        let word: String
        let typed: String
        let source: PolicySource
    }

    @Test(
        "a misspelt keyword is reported with the word that was meant",
        arguments: ["policies/worked/ledger.policy", "policies/worked/ledger.test.policy"]
    )
    func everyKeyword(path: String) throws {
        let file = try RepositoryFile.source(path)
        var seen: Set<[String]> = []
        var missed: [String] = []
        for item in ParsedSource(file).tree.items {
            for typo in Self.typos(in: "gatekeeper 1\n" + file.text(of: item.span), &seen) {
                let helps = PolicyReading([typo.source]).diagnostics.compactMap(\.help)
                if !helps.contains(where: { $0.contains(typo.word) }) {
                    missed.append("`\(typo.typed)` for `\(typo.word)`: \(helps)")
                }
            }
        }
        #expect(missed == [])
        #expect(seen.count > 50)
    }

    /// Each keyword, once per word before it, with a letter lost and with two letters swapped.
    private static func typos(in text: String, _ seen: inout Set<[String]>) -> [Typo] {
        let source = PolicySource(name: "typo.policy", text: text)
        var typos: [Typo] = []
        var previous = ""
        for lexeme in Lexer(source, index: 0).lexemes where lexeme.kind == .word {
            defer { previous = lexeme.text }
            guard Vocabulary.reserved.contains(lexeme.text), lexeme.text.count > 3,
                seen.insert([previous, lexeme.text]).inserted
            else { continue }
            for typed in Self.misspellings(of: lexeme.text) {
                var bytes = source.bytes
                bytes.replaceSubrange(lexeme.span.start..<lexeme.span.end, with: typed.utf8)
                let misspelt = PolicySource(name: source.name, bytes: bytes)
                typos.append(Typo(word: lexeme.text, typed: typed, source: misspelt))
            }
        }
        return typos
    }

    private static func misspellings(of word: String) -> [String] {
        let letters = Array(word)
        var lost = letters
        lost.remove(at: 2)
        var swapped = letters
        swapped.swapAt(1, 2)
        return [String(lost), String(swapped)].filter {
            $0 != word && !Vocabulary.reserved.contains($0)
        }
    }

    @Test(
        "words of other languages find ours",
        arguments: [
            ("for users ressources /admin/** require aal2", "`on /admin/**`"),
            ("for users must aal2", "`require aal2`"),
            ("for users forbid", "`deny`"),
            ("for users require mfa", "`aal2`"),
            ("for everyone require aal2", "`anyone`"),
            ("for users require aal2 within 5m", "`5 minutes`"),
            ("for users require aal2 within 90s", "`90 seconds`"),
            ("for users require aal2 reason \"x\"", "`because \"x\"`"),
            ("for users on admin require aal2", "`/admin`"),
            ("for users require aal2 until 2027-01-01", "clause `from`"),
            ("for users on /x except users require aal2", "clause `for`"),
        ]
    )
    func synonyms(clauses: String, meant: String) throws {
        let text = "gatekeeper 1 admit users policy p { \(clauses) }"
        let reading = PolicyReading([PolicySource(name: "test.policy", text: text)])
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(reading.diagnostics.count == 1)
        #expect(diagnostic.help?.contains(meant) == true, "\(diagnostic)")
    }

    @Test("two words that are equally near are both offered")
    func ties() {
        #expect(Spelling.nearest(to: "top", among: ["otp", "totp", "sms"]) == ["otp", "totp"])
        #expect(Spelling.nearest(to: "form", among: ["for", "from"]) == ["from", "for"])
        #expect(Spelling.question(["a", "b"]) == "did you mean `a` or `b`?")
    }

    @Test("a word that is near to nothing gets no guess")
    func noGuess() {
        #expect(Spelling.nearest(to: "x", among: ["a", "on"]) == [])
        #expect(Spelling.nearest(to: "bicycle", among: Vocabulary.clauses) == [])
        #expect(Spelling.question([]) == nil)
    }
}
