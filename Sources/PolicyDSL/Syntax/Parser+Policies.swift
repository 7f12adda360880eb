// policy = "policy" NAME [ STRING ] "{" { clause } "}"
extension Parser {
    mutating func policy() throws(Failure) -> PolicySyntax {
        let name = try self.name("a name")
        let title: Spanned<String>? = self.current.kind == .string ? try self.string() : nil
        let block = try self.block(
            keywords: Vocabulary.clauses,
            of: "policy \(Spelling.quoted(name.value))"
        ) { (parser) throws(Failure) in
            try parser.clause()
        }
        return PolicySyntax(
            name: name,
            title: title,
            clauses: block.parts,
            isDamaged: block.isDamaged
        )
    }

    private mutating func clause() throws(Failure) -> ClauseSyntax {
        let lexeme = self.current
        guard lexeme.kind == .word, Vocabulary.clauses.contains(lexeme.text) else {
            throw self.unknownClause()
        }
        self.advance()
        switch lexeme.text {
        case "for": return try self.subjectClause()
        case "on": return .on(try self.routes())
        case "require": return .require(try self.demand())
        case "deny": return .deny
        case "otherwise":
            try self.expect("deny")
            return .otherwiseDeny
        case "from": return try self.periodClause()
        case "grace": return try self.graceClause()
        case "mode": return try self.modeClause()
        default: return .because(try self.string())
        }
    }

    private mutating func subjectClause() throws(Failure) -> ClauseSyntax {
        let subject = try self.subject()
        let exception = self.take("except") ? try self.subject() : nil
        return .subject(subject, except: exception)
    }

    private mutating func periodClause() throws(Failure) -> ClauseSyntax {
        let from = try self.instant()
        let until = self.take("until") ? try self.instant() : nil
        return .period(from: from, until: until)
    }

    private mutating func graceClause() throws(Failure) -> ClauseSyntax {
        let duration = try self.duration()
        try self.expect("after")
        let anchor = try self.expectOne(of: GraceAnchor.self)
        return .grace(duration, after: anchor.value)
    }

    private mutating func modeClause() throws(Failure) -> ClauseSyntax {
        if self.take("enforce") { return .enforce }
        try self.expect("monitor")
        try self.expect("since")
        return .monitor(since: try self.date())
    }
}

extension Parser {
    /// The failure of a word that begins no clause.
    ///
    /// It may also be a misspelt word that would have continued the clause before it.
    private func unknownClause() -> Failure {
        let lexeme = self.current
        guard lexeme.kind == .word else { return self.unexpected() }
        let continuations = self.expectedWords.filter { $0.utf8.allSatisfy(Ascii.isLower) }
        let meanings = Vocabulary.meanings(of: lexeme.text, among: continuations)
        if Spelling.nearest(to: lexeme.text, among: Vocabulary.clauses).isEmpty,
            let meant = meanings.first
        {
            return self.failure(
                .unexpectedWord,
                at: lexeme.span,
                "unexpected \(Spelling.quoted(lexeme.text))",
                label: "expected `\(meant)` or a clause",
                help: Spelling.question(meanings)
            )
        }
        return self.failure(
            .unknownClause,
            at: lexeme.span,
            "unknown clause \(Spelling.quoted(lexeme.text))",
            label: "expected one of: " + Vocabulary.clauses.dropLast().joined(separator: ", "),
            help: self.helpForClause(lexeme)
        )
    }

    private func helpForClause(_ lexeme: Lexeme) -> String? {
        if let owner = Vocabulary.owner(of: lexeme.text) {
            return "`\(lexeme.text)` belongs to a clause `\(owner)`"
        }
        guard let meant = Vocabulary.meaning(of: lexeme.text, among: Vocabulary.clauses) else {
            return nil
        }
        return "did you mean `\(meant)\(self.restOfClause)`?"
    }

    /// The words after the current one that stand on the same line and could be its clause.
    private var restOfClause: String {
        var last: Lexeme?
        var distance = 1
        while true {
            let lexeme = self.ahead(distance)
            let isOver =
                lexeme.beginsLine || lexeme.kind == .end || lexeme.kind == .closeBrace
                || lexeme.kind == .openBrace
                || (lexeme.kind == .word && Vocabulary.clauses.contains(lexeme.text))
            if isOver { break }
            last = lexeme
            distance += 1
        }
        guard let last else { return "" }
        let rest = SourceSpan(
            source: last.span.source,
            start: self.ahead(1).span.start,
            end: last.span.end
        )
        return " " + Spelling.shown(self.source.text(of: rest), limit: 80)
    }
}
