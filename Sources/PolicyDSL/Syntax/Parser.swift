/// Reads lexemes into a tree, and goes on after an error where the next clause or item begins.
struct Parser {
    /// Why a clause or an item could not be read.
    struct Failure: Error {
        let diagnostic: Diagnostic
    }

    let source: PolicySource
    private let lexemes: [Lexeme]
    private var position = 0
    /// What was looked for at the current lexeme and not found.
    private var expected: [Expectation] = []
    /// What could have stood at the end of the source.
    private(set) var expectedAtEnd: [Expectation] = []
    private(set) var diagnostics: [Diagnostic] = []
    /// Whether the source ends inside a block.
    var isBlockOpen = false
    /// How deep in brackets the current lexeme stands.
    var depth = 0
    /// The names of defines that could not be read.
    var lostDefines: [String] = []

    enum Expectation: Equatable {
        case word(String)
        case thing(String)
    }

    init(_ lexemes: [Lexeme], of source: PolicySource) {
        self.lexemes = lexemes
        self.source = source
    }

    mutating func report(_ diagnostic: Diagnostic) {
        self.diagnostics.append(diagnostic)
    }
}

// Moving on.
extension Parser {
    /// The lexeme that was not read yet; the last one of a source is its end.
    var current: Lexeme {
        self.ahead(0)
    }

    /// The lexeme read last.
    var previous: Lexeme {
        self.ahead(-1)
    }

    /// How many lexemes were read.
    var progress: Int {
        self.position
    }

    func ahead(_ distance: Int) -> Lexeme {
        let index = min(max(self.position + distance, 0), self.lexemes.count - 1)
        return self.lexemes[index]
    }

    @discardableResult
    mutating func advance() -> Lexeme {
        let lexeme = self.current
        self.position = min(self.position + 1, self.lexemes.count - 1)
        self.expected.removeAll(keepingCapacity: true)
        return lexeme
    }

    func isWord(_ word: String) -> Bool {
        self.current.kind == .word && self.current.text == word
    }

    mutating func take(_ word: String) -> Bool {
        guard self.isWord(word) else {
            self.look(for: [.word(word)])
            return false
        }
        self.advance()
        return true
    }

    mutating func take(_ kind: Lexeme.Kind) -> Bool {
        guard self.current.kind == kind else {
            self.look(for: [.thing(Self.expectation(of: kind))])
            return false
        }
        self.advance()
        return true
    }

    /// One of `words`, as the language spells them.
    mutating func takeOne<Word: Sendable>(
        of words: [Word],
        spelled spelling: (Word) -> String
    ) -> Spanned<Word>? {
        let lexeme = self.current
        guard lexeme.kind == .word, let word = words.first(where: { spelling($0) == lexeme.text })
        else {
            self.look(for: words.map { .word(spelling($0)) })
            return nil
        }
        self.advance()
        return Spanned(word, at: lexeme.span)
    }

    /// One word of a closed vocabulary.
    mutating func takeOne<Word>(of vocabulary: Word.Type) -> Spanned<Word>?
    where Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String {
        self.takeOne(of: Array(Word.allCases), spelled: \.rawValue)
    }

    mutating func expect(_ word: String) throws(Failure) {
        guard self.take(word) else { throw self.unexpected() }
    }

    mutating func expect(_ kind: Lexeme.Kind) throws(Failure) {
        guard self.take(kind) else { throw self.unexpected() }
    }

    mutating func expectOne<Word>(
        of vocabulary: Word.Type
    ) throws(Failure) -> Spanned<Word>
    where Word: RawRepresentable & CaseIterable & Sendable, Word.RawValue == String {
        guard let word = self.takeOne(of: vocabulary) else { throw self.unexpected() }
        return word
    }

    mutating func note(expecting thing: String) {
        self.look(for: [.thing(thing)])
    }

    mutating func note(expecting words: [String]) {
        self.look(for: words.map { .word($0) })
    }

    private mutating func look(for expectations: [Expectation]) {
        self.expected += expectations
        if self.current.kind == .end { self.expectedAtEnd += expectations }
    }

    /// One or more of something, with commas between.
    mutating func list<Element>(
        _ element: (inout Parser) throws(Failure) -> Element
    ) throws(Failure) -> [Element] {
        var elements = [try element(&self)]
        while self.take(.comma) { elements.append(try element(&self)) }
        return elements
    }

    /// The span from a lexeme that was read before up to the last one read.
    func span(from start: SourceSpan) -> SourceSpan {
        guard self.previous.span.start >= start.start else { return start }
        return start.joined(with: self.previous.span)
    }
}

// Saying what is wrong.
extension Parser {
    var expectedWords: [String] {
        self.expected.compactMap { expectation in
            guard case .word(let word) = expectation else { return nil }
            return word
        }
    }

    /// The failure of a place where none of the expected things stands.
    func unexpected() -> Failure {
        let lexeme = self.current
        let nearest =
            lexeme.kind == .word
            ? Vocabulary.meanings(of: lexeme.text, among: self.expectedWords) : []
        return Failure(
            diagnostic: Diagnostic(
                .unexpectedWord,
                at: lexeme.span,
                "unexpected \(Self.description(of: lexeme))",
                label: self.expectation,
                help: Spelling.question(nearest)
            )
        )
    }

    func failure(
        _ code: DiagnosticCode,
        at span: SourceSpan,
        _ message: String,
        label: String? = nil,
        help: String? = nil
    ) -> Failure {
        Failure(diagnostic: Diagnostic(code, at: span, message, label: label, help: help))
    }

    /// A longer list of what could stand in a place helps nobody.
    private static let mostNames = 12

    private var expectation: String? {
        let words = self.expectedWords
        let things = self.expected.compactMap { expectation -> String? in
            guard case .thing(let thing) = expectation else { return nil }
            return thing
        }
        var names: [String] = []
        for name in words + things where !names.contains(name) { names.append(name) }
        guard let first = names.first else { return nil }
        guard names.count > 1 else {
            return words.isEmpty ? "expected \(first)" : "expected `\(first)`"
        }
        let rest = names.count > Self.mostNames ? ", …" : ""
        return "expected one of: " + names.prefix(Self.mostNames).joined(separator: ", ") + rest
    }

    static func description(of lexeme: Lexeme) -> String {
        lexeme.kind == .word ? Spelling.quoted(lexeme.text) : Self.expectation(of: lexeme.kind)
    }

    private static func expectation(of kind: Lexeme.Kind) -> String {
        switch kind {
        case .word: "a word"
        case .string: "string"
        case .openBrace: "`{`"
        case .closeBrace: "`}`"
        case .openBracket: "`(`"
        case .closeBracket: "`)`"
        case .comma: "`,`"
        case .equals: "`=`"
        case .end: "end of the file"
        }
    }
}
