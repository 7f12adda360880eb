// demand = term { "and" term } | term { "or" term }
extension Parser {
    /// How deep brackets may nest.
    static let deepestBracket = 32

    mutating func demand() throws(Failure) -> Spanned<DemandSyntax> {
        let first = try self.term()
        var terms = [first]
        var joint: String?
        while let word = self.takeJoint() {
            if let joint, joint != word.value { throw self.mixed(terms, joint, word) }
            joint = word.value
            terms.append(try self.term())
        }
        let span = self.span(from: first.span)
        return switch joint {
        case "and": Spanned(.all(terms), at: span)
        case "or": Spanned(.any(terms), at: span)
        default: first
        }
    }

    private mutating func takeJoint() -> Spanned<String>? {
        for word in ["and", "or"] where self.take(word) {
            return Spanned(word, at: self.previous.span)
        }
        return nil
    }

    /// Both ways to put the brackets, in the author's own words.
    private mutating func mixed(
        _ terms: [Spanned<DemandSyntax>],
        _ joint: String,
        _ second: Spanned<String>
    ) -> Failure {
        let failure = { (help: String?, parser: Parser) in
            parser.failure(
                .mixedAndOr,
                at: second.span,
                "`and` and `or` side by side need brackets",
                label: "after `\(joint)` above",
                help: help
            )
        }
        guard let next = try? self.term(), let last = terms.last else { return failure(nil, self) }
        let words = (terms + [next]).map { self.source.text(of: $0.span) }
        let left = words.dropLast().joined(separator: " \(joint) ")
        let start = words.dropLast(2).joined(separator: " \(joint) ")
        let rest = "\(second.value) \(words.last ?? "")"
        let right = "\(self.source.text(of: last.span)) \(rest)"
        let help = "write `(\(left)) \(rest)` or `\(start) \(joint) (\(right))`"
        return failure(Spelling.shown(help, limit: 300), self)
    }

    private mutating func term() throws(Failure) -> Spanned<DemandSyntax> {
        let start = self.current.span
        let value = try self.unplacedTerm()
        return Spanned(value, at: self.span(from: start))
    }

    private mutating func unplacedTerm() throws(Failure) -> DemandSyntax {
        if self.take(.openBracket) { return .bracketed(try self.bracketedDemand()) }
        if self.take("aal2") {
            let isConfirmed = self.take("confirmed")
            return .secondLevel(confirmed: isConfirmed, within: try self.recency())
        }
        if self.take("sign-in") {
            guard let within = try self.recency() else { throw self.unexpected() }
            return .signIn(within: within)
        }
        let methods = try self.methodList()
        return .methods(methods, within: try self.recency())
    }

    private mutating func bracketedDemand() throws(Failure) -> Spanned<DemandSyntax> {
        let opening = self.previous
        guard self.depth < Self.deepestBracket else {
            throw self.failure(
                .overLimit,
                at: opening.span,
                "brackets nested more than \(Self.deepestBracket) deep"
            )
        }
        self.depth += 1
        defer { self.depth -= 1 }
        let demand = try self.demand()
        guard self.take(.closeBracket) else {
            guard self.isAtClauseEnd else { throw self.unexpected() }
            throw self.failure(
                .unbalancedBraces,
                at: opening.span,
                "`(` is never closed",
                help: "close it with `)`"
            )
        }
        return demand
    }

    private var isAtClauseEnd: Bool {
        switch self.current.kind {
        case .closeBrace, .end: true
        case .word: Vocabulary.clauses.contains(self.current.text)
        case .string, .openBrace, .openBracket, .closeBracket, .comma, .equals: false
        }
    }

    private mutating func recency() throws(Failure) -> Spanned<DurationSyntax>? {
        guard self.take("within") else { return nil }
        return try self.duration()
    }

    private mutating func methodList() throws(Failure) -> MethodListSyntax {
        let quantifier = self.takeOne(of: MethodListSyntax.Quantifier.self)?.value
        if quantifier != nil {
            try self.expect("of")
        } else if self.ahead(1).kind == .word, self.ahead(1).text == "of" {
            self.note(expecting: "a method")
            throw self.unexpected()
        }
        let members = try self.list { (p) throws(Failure) in try p.method() }
        var exceptions: [Spanned<String>] = []
        if self.take("except") {
            exceptions = try self.list { (p) throws(Failure) in try p.method() }
        }
        return MethodListSyntax(
            quantifier: quantifier,
            members: members,
            exceptions: exceptions
        )
    }

    /// A method, a built-in set, or the name of a define.
    mutating func method() throws(Failure) -> Spanned<String> {
        let lexeme = self.current
        let isKnown = Vocabulary.demandNames.contains(lexeme.text)
        guard lexeme.kind == .word, isKnown || !Vocabulary.reserved.contains(lexeme.text) else {
            self.note(expecting: Vocabulary.methods + Vocabulary.methodSets)
            self.note(expecting: "a define of methods")
            throw self.unexpected()
        }
        return try self.name("a method")
    }
}
