// test = "test" STRING "{" { "at" … | "given" … | "when" … | "case" … "then" … | "then" … } "}"
extension Parser {
    mutating func test() throws(Failure) -> TestSyntax {
        let title = try self.string()
        let block = try self.block(
            keywords: Vocabulary.testParts,
            of: "test \(Spelling.quoted(title.value))"
        ) { (parser) throws(Failure) in
            try parser.testPart()
        }
        return TestSyntax(title: title, parts: block.parts, isDamaged: block.isDamaged)
    }

    private mutating func testPart() throws(Failure) -> TestSyntax.Part {
        if self.take("at") { return .at(try self.instant()) }
        if self.take("given") { return .given(try self.facts()) }
        if self.take("when") { return try self.whenPart() }
        if self.take("case") {
            let facts = try self.facts()
            try self.expect("then")
            return .example(facts, try self.verdict())
        }
        try self.expect("then")
        return .then(try self.verdict())
    }

    private mutating func whenPart() throws(Failure) -> TestSyntax.Part {
        let method = self.current
        let isMethod =
            method.kind == .word
            && method.text.utf8.allSatisfy { Ascii.isUpper($0) || $0 == Ascii.dash }
        let known = VerbWord.allCases.map(\.rawValue).filter { $0 == $0.uppercased() }
        let isTypo =
            !known.contains(method.text)
            && !Spelling.nearest(to: method.text, among: known).isEmpty
        guard isMethod, !isTypo else {
            self.note(expecting: known)
            throw self.unexpected()
        }
        self.advance()
        guard self.current.text.hasPrefix("/") else {
            self.note(expecting: "a path")
            throw self.unexpected()
        }
        let path = try self.word("a path")
        // An `at` before an instant is the next part of the test.
        let hasHost = !Self.isInstant(self.ahead(1)) && self.take("at")
        let host = hasHost ? try self.word("a host") : nil
        return .when(method: Spanned(method.text, at: method.span), path: path, host: host)
    }

    private mutating func verdict() throws(Failure) -> Spanned<VerdictSyntax> {
        let start = self.current.span
        guard let outcome = self.takeOne(of: Outcome.allCases, spelled: \.word) else {
            throw self.unexpected()
        }
        var policies: [Spanned<String>] = []
        if self.take("because") {
            policies = try self.list { (p) throws(Failure) in try p.name("a policy") }
        }
        let verdict = VerdictSyntax(outcome: outcome, policies: policies)
        return Spanned(verdict, at: self.span(from: start))
    }

    private mutating func facts() throws(Failure) -> [Spanned<FactSyntax>] {
        try self.list { (parser) throws(Failure) in
            let start = parser.current.span
            let fact = try parser.fact()
            return Spanned(fact, at: parser.span(from: start))
        }
    }

    private mutating func fact() throws(Failure) -> FactSyntax {
        let isInFactors = FactorType(rawValue: self.ahead(-2).text) != nil
        let lead = self.takeOne(of: FactSyntax.Lead.self)?.value
        let statement = try self.statement()
        guard lead != nil || statement != nil else {
            if isInFactors { self.note(expecting: FactorType.allCases.map(\.rawValue)) }
            throw self.unexpected()
        }
        return FactSyntax(lead: lead, statement: statement)
    }

    private mutating func statement() throws(Failure) -> FactSyntax.Statement? {
        if self.take("no") { return try self.absence() }
        if self.take("unknown") {
            try self.expect("user")
            return .unknownUser
        }
        if self.take("guest") { return .guest }
        if self.take("service") {
            return .service(self.current.kind == .string ? try self.string() : nil)
        }
        if self.take("created") { return .created(try self.instant()) }
        if self.take("factors") { return .factors(try self.factors()) }
        if self.take("aal1") { return .level(.aal1) }
        if self.take("aal2") { return .level(.aal2) }
        if self.take("role") { return .role(try self.string()) }
        if self.take("id") { return .id(try self.string()) }
        if self.take("claim") {
            let path = try self.claimPath()
            return .claim(path, try self.string())
        }
        guard let method = self.takeOne(of: AuthenticationMethod.allCases, spelled: \.word) else {
            return nil
        }
        return .method(method, ago: try self.age())
    }

    private mutating func absence() throws(Failure) -> FactSyntax.Statement {
        if self.take("token") { return .noToken }
        guard self.take("factors") || self.take("factor") else { throw self.unexpected() }
        return .noFactors
    }

    private mutating func age() throws(Failure) -> Spanned<DurationSyntax>? {
        guard let first = self.current.text.utf8.first, self.current.kind == .word,
            Ascii.isDigit(first)
        else {
            self.note(expecting: "an age such as 2 minutes ago")
            return nil
        }
        let duration = try self.duration()
        try self.expect("ago")
        return duration
    }

    /// After `factors`, factor words belong to it unless an age follows.
    private mutating func factors() throws(Failure) -> [Spanned<FactorType>] {
        var factors = [try self.expectOne(of: FactorType.self)]
        while self.current.kind == .comma {
            let next = self.ahead(1)
            let hasAge =
                self.ahead(2).kind == .word
                && self.ahead(2).text.utf8.first.map(Ascii.isDigit) == true
            guard next.kind == .word, let factor = FactorType(rawValue: next.text), !hasAge else {
                break
            }
            self.advance()
            self.advance()
            factors.append(Spanned(factor, at: next.span))
        }
        return factors
    }
}
