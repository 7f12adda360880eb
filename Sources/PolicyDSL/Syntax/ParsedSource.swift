/// One source as it was read: its tree, its comments, and what is wrong with its text.
package struct ParsedSource: Sendable {
    package let source: PolicySource
    package let tree: SyntaxTree
    package let comments: [Comment]
    package let diagnostics: [Diagnostic]

    /// The most bytes a source may have.
    package static let mostBytes = 1 << 20

    /// Reads source number `index` of a set; never fails, since what is wrong is a diagnostic.
    package init(_ source: PolicySource, index: Int = 0) {
        self.source = source
        if let diagnostic = Self.refusal(of: source, index: index) {
            var tree = SyntaxTree()
            tree.isDamaged = true
            self.tree = tree
            self.comments = []
            self.diagnostics = [diagnostic]
            return
        }
        let lexer = Lexer(source, index: index)
        var parser = Parser(lexer.lexemes, of: source)
        self.tree = parser.tree()
        self.comments = lexer.comments
        let characters = lexer.diagnostics
        // A word with a strange character in it fails twice; the character is the root cause.
        let words = parser.diagnostics.filter { !characters.cover($0) }
        let sorted = (characters + words).sorted { $0.span.start < $1.span.start }
        self.diagnostics = Array(sorted.prefix(Parser.mostDiagnostics))
    }

    private static func refusal(of source: PolicySource, index: Int) -> Diagnostic? {
        let start = SourceSpan(source: index, start: 0, end: 0)
        guard source.bytes.count <= Self.mostBytes else {
            return Diagnostic(
                .overLimit,
                at: start,
                "file of \(source.bytes.count) bytes",
                help: "a policy file has at most 1 MiB; split it"
            )
        }
        guard let offset = source.bytes.firstInvalidScalar else { return nil }
        return Diagnostic(
            .unreadableText,
            at: SourceSpan(source: index, start: offset, end: offset + 1),
            "byte 0x\(Ascii.hex(source.bytes[offset])) is not UTF-8",
            help: "save the file as UTF-8"
        )
    }
}

extension [Diagnostic] {
    /// Whether one of these points into the same words, and so is the root cause of the other.
    func cover(_ other: Diagnostic) -> Bool {
        self.contains { $0.span.overlaps(other.span) }
    }
}

extension SourceSpan {
    /// Whether the two share a byte, or one is empty and stands in the other.
    fileprivate func overlaps(_ other: SourceSpan) -> Bool {
        self.source == other.source && self.start < max(other.end, other.start + 1)
            && other.start < max(self.end, self.start + 1)
    }
}

extension [UInt8] {
    /// The offset of the first byte that belongs to no scalar in UTF-8.
    fileprivate var firstInvalidScalar: Int? {
        if String(validating: self, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var bytes = self.makeIterator()
        var offset = 0
        while true {
            switch decoder.decode(&bytes) {
            case .scalarValue(let scalar): offset += UTF8.width(scalar)
            case .emptyInput: return nil
            case .error: return Swift.min(offset, self.count - 1)
            }
        }
    }
}
