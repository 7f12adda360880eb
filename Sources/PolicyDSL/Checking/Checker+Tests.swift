// Tests: what they say must be possible, and what they name must exist.
extension Checker {
    /// The test that `syntax` means; nil after an error inside was reported.
    mutating func resolved(_ syntax: TestSyntax) -> PolicyTest? {
        let errors = self.diagnostics.count
        let now = self.instant(of: syntax)
        let request = self.request(of: syntax)
        let given = syntax.parts.flatMap { part -> [Spanned<FactSyntax>] in
            guard case .given(let facts) = part.value else { return [] }
            return facts
        }
        self.checkConsistency(of: given)
        var cases: [PolicyTest.Case] = []
        for part in syntax.parts {
            guard let example = part.value.example else { continue }
            self.checkConsistency(of: example.facts)
            self.checkNames(of: example.verdict.value)
            cases.append(
                PolicyTest.Case(
                    number: cases.count + 1,
                    facts: Self.joined([given, example.facts]),
                    expected: example.verdict.value.outcome,
                    policies: example.verdict.value.policies,
                    span: part.span
                )
            )
        }
        if cases.isEmpty, !syntax.isDamaged { self.reportEmpty(syntax) }
        guard let request, errors == self.diagnostics.count, !syntax.isDamaged else { return nil }
        return PolicyTest(title: syntax.title, now: now, request: request, cases: cases)
    }

    private mutating func reportEmpty(_ test: TestSyntax) {
        self.report(
            .emptyTest,
            at: test.title.span,
            "test \(Spelling.quoted(test.title.value)) expects nothing",
            help: "add a case, such as `case token aal1 then step-up`"
        )
    }

    private mutating func instant(of test: TestSyntax) -> Instant? {
        var found: Instant?
        for part in test.parts {
            guard case .at(let instant) = part.value else { continue }
            if found != nil { self.reportRepeated("at", part.span) }
            found = instant.value.value
        }
        return found
    }

    /// The request of a test, `GET /` where it names none; nil after an error was reported.
    private mutating func request(of test: TestSyntax) -> AccessRequest? {
        var found: AccessRequest?
        var isSound = true
        for part in test.parts {
            guard case .when(let method, let path, let host) = part.value else { continue }
            if found != nil { self.reportRepeated("when", part.span) }
            let concretePath = self.concretePath(path)
            let concreteHost = host.map { self.concreteHost($0) }
            guard let concretePath, concreteHost != .some(nil) else {
                isSound = false
                continue
            }
            found = AccessRequest(
                method: method.value,
                path: concretePath,
                host: concreteHost.flatMap(\.self).map { .known($0) } ?? .unknown
            )
        }
        return isSound ? found ?? AccessRequest(path: "/") : nil
    }

    private mutating func concreteHost(_ word: Spanned<String>) -> String? {
        do {
            return try HostWord.concreteHost(word.value)
        } catch {
            self.report(.badHost, at: word.span, error.message, help: error.help)
            return nil
        }
    }

    private mutating func reportRepeated(_ keyword: String, _ span: SourceSpan) {
        self.report(
            .repeatedClause,
            at: Self.first(keyword.utf8.count, of: span),
            "`\(keyword)` stands twice",
            label: "a test has one"
        )
    }
}

extension Checker {
    private static func joined(_ lists: [[Spanned<FactSyntax>]]) -> TestFacts {
        var facts = TestFacts()
        for fact in lists.joined() {
            if let statement = fact.value.statement { facts.join(statement) }
        }
        return facts
    }

    private mutating func checkConsistency(of facts: [Spanned<FactSyntax>]) {
        var said: [TestFacts.Topic: SourceSpan] = [:]
        let lacksToken = facts.contains { $0.value.statement == .noToken }
        for fact in facts {
            guard let statement = fact.value.statement else { continue }
            let clash = statement.topics.lazy.compactMap { said[$0] }.first
            if lacksToken, statement.needsToken || fact.value.lead == .token {
                self.reportContradiction(fact, beside: "no token")
            } else if let clash {
                self.reportContradiction(fact, beside: self.text(of: clash))
            }
            for topic in statement.topics { said[topic] = fact.span }
        }
    }

    private func text(of span: SourceSpan) -> String {
        guard self.sources.indices.contains(span.source) else { return "another fact" }
        return self.sources[span.source].text(of: span)
    }

    private mutating func reportContradiction(_ fact: Spanned<FactSyntax>, beside other: String) {
        self.report(
            .contradictoryFacts,
            at: fact.span,
            "fact \(Spelling.quoted(SyntaxPrinter.text(of: fact.value))) cannot be joined",
            label: "beside \(Spelling.quoted(other))"
        )
    }

    private mutating func checkNames(of verdict: VerdictSyntax) {
        if verdict.outcome.value == .allow, let policy = verdict.policies.first {
            self.report(
                .contradictoryFacts,
                at: policy.span,
                "`allow` has no policy to thank",
                help: "`because` names the policies that stand in the way"
            )
        }
        for policy in verdict.policies where self.policyNames[policy.value] == nil {
            let nearest = Spelling.nearest(to: policy.value, among: self.policyNames.keys.sorted())
            self.report(
                .unknownName,
                at: policy.span,
                "unknown policy \(Spelling.quoted(policy.value))",
                help: Spelling.question(nearest)
            )
        }
    }
}

extension TestSyntax.Part {
    fileprivate var example: (facts: [Spanned<FactSyntax>], verdict: Spanned<VerdictSyntax>)? {
        switch self {
        case .example(let facts, let verdict): (facts, verdict)
        case .then(let verdict): ([], verdict)
        case .at, .given, .when: nil
        }
    }
}
