// routes = [ verb {"," verb} ] [ path {"," path} ] [ "at" host {"," host} ]
extension Parser {
    mutating func routes() throws(Failure) -> RoutesSyntax {
        try self.refuseMisspeltVerb()
        var routes = RoutesSyntax(verbs: [], paths: [], hosts: [])
        if let first = self.takeOne(of: VerbWord.self) {
            routes.verbs = [first]
            while self.take(.comma) { routes.verbs.append(try self.expectOne(of: VerbWord.self)) }
        }
        if self.isAtPath {
            routes.paths = try self.list { (p) throws(Failure) in try p.path() }
        } else if routes.verbs.isEmpty || self.current.kind == .end {
            self.note(expecting: "a path")
        }
        if self.take("at") {
            routes.hosts = try self.list { (p) throws(Failure) in try p.host() }
        }
        guard !routes.verbs.isEmpty || !routes.paths.isEmpty || !routes.hosts.isEmpty else {
            throw self.unexpected()
        }
        return routes
    }

    // `on raeds /x`: a name cannot stand right before a path, so it was meant to be a verb. So was
    // an unknown word in capitals.
    private mutating func refuseMisspeltVerb() throws(Failure) {
        let word = self.current
        guard word.kind == .word, !word.text.hasPrefix("/"), !word.text.contains("."),
            VerbWord(rawValue: word.text) == nil, word.text != "at"
        else { return }
        let next = self.ahead(1)
        let isBeforePath = next.kind == .word && next.text.hasPrefix("/")
        let isBeforeVerb =
            next.kind == .comma && VerbWord(rawValue: self.ahead(2).text) != nil
        let isCapital = !word.text.isEmpty && word.text.utf8.allSatisfy(Ascii.isUpper)
        guard isBeforePath || isBeforeVerb || isCapital else { return }
        self.note(expecting: VerbWord.allCases.map(\.rawValue))
        throw self.unexpected()
    }

    /// Whether a path or the name of one can begin here.
    private var isAtPath: Bool {
        let lexeme = self.current
        guard lexeme.kind == .word else { return false }
        return lexeme.text.hasPrefix("/") || !Vocabulary.reserved.contains(lexeme.text)
    }

    mutating func path() throws(Failure) -> Spanned<String> {
        guard self.isAtPath else {
            self.note(expecting: "a path")
            throw self.unexpected()
        }
        if self.current.text.hasPrefix("/") { return try self.word("a path") }
        if self.current.text.contains("/") {
            throw self.failure(
                .badPath,
                at: self.current.span,
                "\(Spelling.quoted(self.current.text)) is not a path",
                help: "did you mean `/\(Spelling.shown(self.current.text, limit: 60))`?"
            )
        }
        return try self.name("a path")
    }

    mutating func host() throws(Failure) -> Spanned<String> {
        let lexeme = self.current
        guard lexeme.kind == .word,
            lexeme.text == "localhost" || !Vocabulary.reserved.contains(lexeme.text)
        else {
            self.note(expecting: "a host")
            throw self.unexpected()
        }
        // The shape of a host is looked at with its meaning, where it can be explained.
        let isPattern = lexeme.text.contains { $0 == "." || $0 == "*" || $0 == ":" || $0 == "/" }
        return isPattern ? try self.word("a host") : try self.name("a host")
    }
}
