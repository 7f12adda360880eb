/// What may come next at a place in a source, for whoever completes what is being typed.
package struct Continuations: Equatable, Sendable {
    /// Words of the language, each once, in the order in which the grammar looks for them.
    package let words: [String]
    /// Kinds of things that have no fixed spelling: `a path`, `a number`.
    package let things: [String]
    /// Where the word begins that is being typed.
    package let start: Int

    /// What may stand at `offset` of `source`; nil inside comments and strings.
    package init?(in source: PolicySource, at offset: Int) {
        let offset = min(max(offset, 0), source.bytes.count)
        let before = source.bytes[..<offset]
        let word = before.reversed().prefix { !Ascii.isSpace($0) && !Self.marks.contains($0) }
        let start = offset - word.count
        let prefix = PolicySource(name: source.name, bytes: Array(before[..<start]))
        guard String(validating: prefix.bytes, as: UTF8.self) != nil else { return nil }
        let lexer = Lexer(prefix, index: 0)
        let isInComment = lexer.comments.last.map { comment in
            !before[comment.span.start...].contains(Ascii.lineFeed)
        }
        let isInString = lexer.diagnostics.contains { diagnostic in
            diagnostic.code == .openString
                && !before[diagnostic.span.start...].contains(Ascii.lineFeed)
        }
        guard isInComment != true, !isInString else { return nil }
        var parser = Parser(lexer.lexemes, of: prefix)
        _ = parser.tree()
        var words: [String] = []
        var things: [String] = []
        for expectation in parser.expectedAtEnd {
            switch expectation {
            case .word(let word): if !words.contains(word) { words.append(word) }
            case .thing(let thing): if !things.contains(thing) { things.append(thing) }
            }
        }
        self.words = words
        self.things = things
        self.start = start
    }

    private static let marks = Set("{}(),=\"#".utf8)
}
