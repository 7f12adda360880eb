// file = "gatekeeper" INT { item }
extension Parser {
    /// The language version that this parser reads.
    static let languageVersion = 1
    /// How many errors of one source are reported; more help nobody.
    static let mostDiagnostics = 100

    /// Reads everything; what could not be read is missing from the tree and in `diagnostics`.
    mutating func tree() -> SyntaxTree {
        var tree = SyntaxTree()
        let namesVersion = self.isWord("gatekeeper")
        // Whether the source ends where something else than an item is missing.
        var isInterrupted = false
        do {
            tree.version = try self.version()
        } catch {
            self.report(error.diagnostic)
            isInterrupted = true
            // Every word may mean something else in a language we do not know.
            if namesVersion { return tree }
        }
        while self.current.kind != .end {
            guard self.diagnostics.count < Self.mostDiagnostics else {
                tree.isDamaged = true
                break
            }
            let start = self.current.span
            let before = self.progress
            if let item = self.item() {
                tree.items.append(Spanned(item, at: self.span(from: start)))
                isInterrupted = false
            } else {
                tree.isDamaged = true
                isInterrupted = true
                if self.progress == before { self.advance() }
                self.skipToItem()
            }
        }
        if !isInterrupted, !self.isBlockOpen { self.note(expecting: Vocabulary.items) }
        tree.lostDefines = self.lostDefines
        return tree
    }

    private mutating func version() throws(Failure) -> Spanned<Int> {
        let first = self.current
        guard self.take("gatekeeper") else {
            let isTypo =
                first.kind == .word
                && !Spelling.nearest(to: first.text, among: ["gatekeeper"]).isEmpty
            if isTypo {
                self.advance()
                if self.current.text.utf8.allSatisfy(Ascii.isDigit) { self.advance() }
            }
            throw self.failure(
                .languageVersion,
                at: first.span,
                "file without a language version",
                label: "expected `gatekeeper 1`",
                help: isTypo ? "did you mean `gatekeeper`?" : "begin the file with `gatekeeper 1`"
            )
        }
        guard self.current.kind == .word, self.current.text == String(Self.languageVersion) else {
            let found = self.current
            throw self.failure(
                .languageVersion,
                at: found.span,
                "language version \(Self.description(of: found)) is not known",
                label: "expected 1",
                help: "this program reads version 1: `gatekeeper 1`"
            )
        }
        return Spanned(Self.languageVersion, at: self.advance().span)
    }

    private var isAtItem: Bool {
        self.current.kind == .word && Vocabulary.items.contains(self.current.text)
    }

    /// One item, or nil after its error was reported.
    private mutating func item() -> SyntaxTree.Item? {
        let lexeme = self.current
        self.note(expecting: Vocabulary.items)
        if self.isAtItem {
            self.advance()
            do {
                return try self.item(lexeme.text)
            } catch {
                self.report(error.diagnostic)
                return nil
            }
        }
        guard lexeme.kind == .word else {
            self.reportStray(lexeme)
            return nil
        }
        let nearest = Vocabulary.meaning(of: lexeme.text, among: self.expectedWords)
        self.report(self.unknownItem(lexeme, nearest: nearest))
        guard let nearest, Vocabulary.items.contains(nearest) else { return nil }
        self.advance()
        // The misspelt word is the root cause; a second error in the header would come from it.
        return try? self.item(nearest)
    }

    private func unknownItem(_ lexeme: Lexeme, nearest: String?) -> Diagnostic {
        let isClause = Vocabulary.clauses.contains(lexeme.text)
        let help =
            isClause
            ? "`\(lexeme.text)` stands inside a policy: is a `}` too many above?"
            : nearest.map { "did you mean `\($0)`?" }
        return Diagnostic(
            .unknownItem,
            at: lexeme.span,
            "unknown item \(Spelling.quoted(lexeme.text))",
            label: "expected one of: " + Vocabulary.items.joined(separator: ", "),
            help: help
        )
    }

    private mutating func reportStray(_ lexeme: Lexeme) {
        guard lexeme.kind == .closeBrace else { return self.report(self.unexpected().diagnostic) }
        self.report(
            Diagnostic(.unbalancedBraces, at: lexeme.span, "`}` that closes nothing")
        )
    }

    private mutating func item(_ keyword: String) throws(Failure) -> SyntaxTree.Item {
        switch keyword {
        case "pages": .pages(try self.pages())
        case "define": .define(try self.define())
        case "admit": .admit(try self.admit())
        case "policy": .policy(try self.policy())
        default: .test(try self.test())
        }
    }

    private mutating func skipToItem() {
        var braces = 0
        while self.current.kind != .end {
            if self.isAtItem, braces <= 0 || self.current.beginsLine { return }
            if self.current.kind == .openBrace { braces += 1 }
            if self.current.kind == .closeBrace { braces -= 1 }
            self.advance()
        }
    }
}

// What stands between braces.
extension Parser {
    /// Reads the parts of a block up to its `}`; a part that fails is reported and left out.
    mutating func block<Part>(
        keywords: [String],
        of owner: String,
        _ part: (inout Parser) throws(Failure) -> Part
    ) throws(Failure) -> (parts: [Spanned<Part>], isDamaged: Bool) {
        let opening = self.current
        try self.expect(.openBrace)
        var parts: [Spanned<Part>] = []
        var isDamaged = false
        while !self.take(.closeBrace) {
            if self.current.kind == .end || (self.isAtItem && self.current.beginsLine) {
                self.note(expecting: keywords)
                self.isBlockOpen = self.current.kind == .end
                self.reportOpen(opening, of: owner)
                return (parts, true)
            }
            let start = self.current.span
            let before = self.progress
            do {
                let value = try part(&self)
                parts.append(Spanned(value, at: self.span(from: start)))
            } catch {
                self.report(error.diagnostic)
                isDamaged = true
                if self.progress == before { self.advance() }
                self.skip(to: keywords)
            }
        }
        return (parts, isDamaged)
    }

    private mutating func reportOpen(_ brace: Lexeme, of owner: String) {
        self.report(
            Diagnostic(
                .unbalancedBraces,
                at: brace.span,
                "`{` of \(owner) is never closed",
                help: "close it with `}`"
            )
        )
    }

    /// Skips to the next of `keywords`, the end of the block, or the next item.
    private mutating func skip(to keywords: [String]) {
        var braces = 0
        while self.current.kind != .end {
            if braces == 0, self.current.kind == .closeBrace { return }
            if self.isAtItem, self.current.beginsLine { return }
            if braces == 0, self.isAt(keywords) { return }
            if self.current.kind == .openBrace { braces += 1 }
            if self.current.kind == .closeBrace { braces -= 1 }
            self.advance()
        }
    }

    private func isAt(_ keywords: [String]) -> Bool {
        guard self.current.kind == .word, keywords.contains(self.current.text) else { return false }
        // `on` of `created on or after` begins no clause.
        return !(self.current.text == "on" && self.ahead(1).text == "or")
    }
}

// pages, define, admit
extension Parser {
    private mutating func pages() throws(Failure) -> [Spanned<PageSyntax>] {
        try self.block(
            keywords: PageSyntax.Kind.allCases.map(\.rawValue),
            of: "`pages`"
        ) { (parser) throws(Failure) in
            try parser.page()
        }.parts
    }

    private mutating func page() throws(Failure) -> PageSyntax {
        let kind = try self.expectOne(of: PageSyntax.Kind.self)
        self.note(expecting: "builtin")
        let isPage = self.current.text.contains("/") || self.isWord("builtin")
        guard self.current.kind == .word, isPage else {
            self.note(expecting: ["builtin"])
            self.note(expecting: "a path")
            self.note(expecting: "a URL")
            throw self.unexpected()
        }
        let target = try self.word("a path")
        var companions: [Spanned<String>] = []
        if self.take("with") { companions = try self.list { (p) throws(Failure) in try p.path() } }
        return PageSyntax(kind: kind, target: target, companions: companions)
    }

    private mutating func define() throws(Failure) -> DefineSyntax {
        let name = try self.name()
        self.lostDefines.append(name.value)
        try self.expect(.equals)
        let kind = try self.expectOne(of: DefineSyntax.Kind.self).value
        let members =
            switch kind {
            case .methods: try self.list { (p) throws(Failure) in try p.method() }
            case .paths: try self.list { (p) throws(Failure) in try p.path() }
            case .hosts: try self.list { (p) throws(Failure) in try p.host() }
            }
        self.lostDefines.removeLast()
        return DefineSyntax(name: name, kind: kind, members: members)
    }

    private mutating func admit() throws(Failure) -> AdmitSyntax {
        let classes = try self.classes()
        let routes = self.take("to") ? try self.routes() : nil
        return AdmitSyntax(classes: classes, routes: routes)
    }
}
