/// Writes a tree in the one canonical layout, each comment in its place.
///
/// Reading what was written gives the same tree again.
package struct SyntaxPrinter {
    private let source: PolicySource?
    private var comments: ArraySlice<Comment>
    private var lines: [String] = []
    /// Whether the next line opens a block or the file, where no blank line belongs.
    private var isAtStart = true

    private static let width = 100
    private static let step = 4

    /// The canonical text of a tree; `comments` and blank lines are those of `source`.
    package static func text(
        of tree: SyntaxTree,
        comments: [Comment] = [],
        from source: PolicySource? = nil
    ) -> String {
        var printer = SyntaxPrinter(source: source, comments: comments[...])
        printer.print(tree)
        return printer.lines.map { $0 + "\n" }.joined()
    }

    private init(source: PolicySource?, comments: ArraySlice<Comment>) {
        self.source = source
        self.comments = comments
    }

    private mutating func print(_ tree: SyntaxTree) {
        if let version = tree.version {
            self.statement([.words("gatekeeper \(version.value)")], at: version.span, indent: 0)
        }
        var previous: SyntaxTree.Item?
        for item in tree.items {
            let needsBlank = previous.map { !Self.standTogether($0, item.value) } ?? true
            if needsBlank { self.blankLine() }
            self.print(item)
            previous = item.value
        }
        self.flushComments(before: .max, indent: 0)
    }

    private static func standTogether(_ first: SyntaxTree.Item, _ second: SyntaxTree.Item) -> Bool {
        switch (first, second) {
        case (.define, .define), (.admit, .admit): true
        default: false
        }
    }

    private mutating func print(_ item: Spanned<SyntaxTree.Item>) {
        switch item.value {
        case .define(let define):
            self.statement(Self.phrases(of: define), at: item.span, indent: 0)
        case .admit(let admit):
            self.statement(Self.phrases(of: admit), at: item.span, indent: 0)
        case .pages(let pages):
            self.open("pages", at: item.span, before: pages.first?.span)
            for page in pages {
                self.statement(Self.phrases(of: page.value), at: page.span, indent: Self.step)
            }
            self.close(item.span)
        case .policy(let policy):
            let title = policy.title.map { " \"\($0.value)\"" } ?? ""
            self.open(
                "policy \(policy.name.value)\(title)",
                at: item.span,
                before: policy.clauses.first?.span
            )
            for clause in policy.clauses {
                self.statement(Self.phrases(of: clause.value), at: clause.span, indent: Self.step)
            }
            self.close(item.span)
        case .test(let test):
            self.open("test \"\(test.title.value)\"", at: item.span, before: test.parts.first?.span)
            for part in test.parts {
                let phrases = Self.aligned(part.value, in: test)
                self.statement(phrases, at: part.span, indent: Self.step)
            }
            self.close(item.span)
        }
    }

    /// The words of a part; the cases of a test have their `then` below one another.
    private static func aligned(_ part: TestSyntax.Part, in test: TestSyntax) -> [Phrase] {
        let column = test.parts.map(\.value.keyword.count).max() ?? 0
        guard case .example(let facts, let verdict) = part else {
            return Self.phrases(of: part, column: column)
        }
        let text = Self.text(of: facts)
        let widths = test.parts.compactMap { part -> Int? in
            guard case .example(let facts, _) = part.value else { return nil }
            return Self.text(of: facts).count
        }
        let widest = widths.filter { $0 <= Self.widestAligned }.max() ?? 0
        guard text.count < widest else { return Self.phrases(of: part, column: column) }
        let padding = String(repeating: " ", count: widest - text.count)
        let keyword = part.keyword + String(repeating: " ", count: column - part.keyword.count)
        return [
            .words(keyword), .list([Spanned(text + padding)]),
            .words("then \(Self.text(of: verdict.value))"),
        ]
    }

    private static let widestAligned = 60
}

// Statements and blocks.
extension SyntaxPrinter {
    private mutating func open(_ header: String, at span: SourceSpan, before first: SourceSpan?) {
        self.blankLineAsWritten(before: span)
        self.flushComments(before: span.start, indent: 0)
        let brace = self.openingBrace(after: span.start, before: first?.start ?? span.end)
        let headerSpan = SourceSpan(source: span.source, start: span.start, end: brace)
        while self.comments.first.map({ $0.span.start < brace && span != .nowhere }) == true {
            self.writeNextComment(indent: 0)
        }
        self.write("\(header) {", indent: 0, trailing: self.takeTrailing(after: headerSpan))
        self.isAtStart = true
    }

    private mutating func close(_ span: SourceSpan) {
        if span != .nowhere { self.flushComments(before: span.end, indent: Self.step) }
        self.write("}", indent: 0, trailing: self.takeTrailing(after: span))
    }

    /// Just past the `{` of a block; strings and comments before it may hold braces of their own.
    private func openingBrace(after start: Int, before end: Int) -> Int {
        guard let bytes = self.source?.bytes, start < bytes.count else { return start }
        var isInString = false
        var isInComment = false
        for offset in start..<min(end, bytes.count) {
            switch bytes[offset] {
            case Ascii.lineFeed: (isInString, isInComment) = (false, false)
            case Ascii.quote where !isInComment: isInString.toggle()
            case Ascii.number where !isInString: isInComment = true
            case UInt8(ascii: "{") where !isInString && !isInComment: return offset + 1
            default: break
            }
        }
        return start
    }

    private mutating func statement(_ phrases: [Phrase], at span: SourceSpan, indent: Int) {
        self.blankLineAsWritten(before: span)
        self.flushComments(before: span.start, indent: indent)
        let flat = phrases.map(\.flat).joined(separator: " ")
        let isInterrupted = self.comments.first.map { $0.span.start < span.end } ?? false
        let fits = indent + flat.count <= Self.width
        guard (isInterrupted && span != .nowhere) || (!fits && phrases.contains(where: \.isLong))
        else {
            return self.write(flat, indent: indent, trailing: self.takeTrailing(after: span))
        }
        self.brokenStatement(phrases, at: span, indent: indent)
    }

    /// One element of a list to a line, so that each keeps the comment beside it.
    private mutating func brokenStatement(
        _ phrases: [Phrase],
        at span: SourceSpan,
        indent: Int
    ) {
        self.flushOutsideLists(phrases, in: span, indent: indent)
        var line = ""
        var currentIndent = indent
        for (index, phrase) in phrases.enumerated() {
            switch phrase {
            case .words(let words): line += line.isEmpty ? words : " " + words
            case .list(let elements)
            where elements.count == 1 && !self.hasComment(before: elements):
                line += (line.isEmpty ? "" : " ") + phrase.flat
            case .list(let elements):
                if !line.isEmpty { self.write(line, indent: currentIndent, trailing: nil) }
                currentIndent = indent + Self.step
                line = ""
                let isLast = index == phrases.count - 1
                self.write(elements, indent: currentIndent, endsStatement: isLast ? span : nil)
            }
        }
        guard !line.isEmpty else { return }
        self.write(line, indent: currentIndent, trailing: self.takeTrailing(after: span))
    }

    private mutating func write(
        _ elements: [Spanned<String>],
        indent: Int,
        endsStatement span: SourceSpan?
    ) {
        for (index, element) in elements.enumerated() {
            self.flushComments(before: element.span.start, indent: indent)
            let isLast = index == elements.count - 1
            let trailing = self.takeTrailing(after: isLast ? span ?? element.span : element.span)
            self.write(element.value + (isLast ? "" : ","), indent: indent, trailing: trailing)
        }
    }

    /// Comments inside a statement that stand at no element of a list go above it.
    private mutating func flushOutsideLists(
        _ phrases: [Phrase],
        in span: SourceSpan,
        indent: Int
    ) {
        let lists = phrases.compactMap { phrase -> SourceSpan? in
            guard case .list(let elements) = phrase, let first = elements.first?.span,
                let last = elements.last?.span, first != .nowhere, last != .nowhere
            else { return nil }
            return first.joined(with: last)
        }
        let inside = self.comments.prefix { $0.span.start < span.end }
        let isInList = { (comment: Comment) in
            lists.contains { $0.start < comment.span.start && comment.span.start < $0.end }
        }
        let stray = inside.filter { !isInList($0) }
        guard !stray.isEmpty else { return }
        self.comments = (inside.filter(isInList) + self.comments.dropFirst(inside.count))[...]
        for comment in stray { self.write("#" + comment.text, indent: indent, trailing: nil) }
    }

    private func hasComment(before elements: [Spanned<String>]) -> Bool {
        guard let last = elements.last?.span, last != .nowhere else { return false }
        return self.comments.first.map { $0.span.start < last.end } ?? false
    }
}

// Lines, blank lines and comments.
extension SyntaxPrinter {
    private mutating func write(_ text: String, indent: Int, trailing: Comment?) {
        let comment = trailing.map { "  #" + $0.text } ?? ""
        self.lines.append(String(repeating: " ", count: indent) + text + comment)
        self.isAtStart = false
    }

    private mutating func blankLine() {
        guard !self.isAtStart, self.lines.last != "" else { return }
        self.lines.append("")
    }

    /// Keeps one of the author's blank lines above a statement or the comments that lead it.
    private mutating func blankLineAsWritten(before span: SourceSpan) {
        guard let bytes = self.source?.bytes, span != .nowhere else { return }
        if let comment = self.comments.first, comment.span.start < span.start { return }
        let before = bytes[..<min(span.start, bytes.count)].reversed().prefix(while: Ascii.isSpace)
        if before.count(where: { $0 == Ascii.lineFeed }) > 1 { self.blankLine() }
    }

    private mutating func flushComments(before offset: Int, indent: Int) {
        var last: Comment?
        while let comment = self.comments.first, comment.span.start < offset {
            self.writeNextComment(indent: indent)
            last = comment
        }
        guard let last, let bytes = self.source?.bytes, offset != .max else { return }
        let after = bytes[min(last.span.end, bytes.count)...].prefix(while: Ascii.isSpace)
        if after.count(where: { $0 == Ascii.lineFeed }) > 1 { self.blankLine() }
    }

    private mutating func writeNextComment(indent: Int) {
        guard let comment = self.comments.popFirst() else { return }
        if comment.followsBlankLine { self.blankLine() }
        self.write("#" + comment.text, indent: indent, trailing: nil)
    }

    /// The comment that stands behind `span` on the same line.
    private mutating func takeTrailing(after span: SourceSpan) -> Comment? {
        guard let comment = self.comments.first, !comment.ownsLine, span != .nowhere,
            comment.span.start >= span.end, let bytes = self.source?.bytes
        else { return nil }
        let between = bytes[span.end..<min(comment.span.start, bytes.count)]
        let isBeside = between.allSatisfy {
            $0 == Ascii.space || $0 == Ascii.tab || $0 == UInt8(ascii: ",")
        }
        return isBeside ? self.comments.popFirst() : nil
    }
}

extension SyntaxPrinter.Phrase {
    fileprivate var flat: String {
        switch self {
        case .words(let words): words
        case .list(let elements): elements.map(\.value).joined(separator: ", ")
        }
    }

    fileprivate var isLong: Bool {
        switch self {
        case .words: false
        case .list(let elements): elements.count > 1
        }
    }
}
