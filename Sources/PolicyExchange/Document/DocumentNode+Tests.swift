internal import PolicyDSL

// The tests of a set.
extension DocumentNode {
    func test() throws(Refusal) -> TestSyntax {
        try self.expect(["item", "title", "parts"])
        return TestSyntax(
            title: try self.string("title"),
            parts: try self.list("parts") { (node) throws(Refusal) in try node.testPart() }
        )
    }

    private func testPart() throws(Refusal) -> TestSyntax.Part {
        let kind = try self.member("part").word(TestPartKind.self)
        try self.expect(["part"] + kind.members)
        return switch kind {
        case .at: .at(try self.instant("instant"))
        case .given: .given(try self.facts())
        case .when:
            .when(
                method: try self.string("method"),
                path: try self.string("path"),
                host: try self.optional("host") { (node) throws(Refusal) in
                    Spanned(try node.string)
                }
            )
        case .example: .example(try self.facts(), Spanned(try self.member("then").verdict()))
        case .then: .then(Spanned(try self.member("then").verdict()))
        }
    }

    private func verdict() throws(Refusal) -> VerdictSyntax {
        try self.expect(["outcome", "because"])
        let outcome = try self.member("outcome").word(of: Outcome.allCases, spelled: \.word)
        return VerdictSyntax(
            outcome: Spanned(outcome),
            policies: try self.stringsIfAny("because")
        )
    }

    private func facts() throws(Refusal) -> [Spanned<FactSyntax>] {
        try self.list("facts") { (node) throws(Refusal) in try node.fact() }
    }

    private func fact() throws(Refusal) -> FactSyntax {
        let lead = try self.optional("lead") { (node) throws(Refusal) in
            try node.word(FactSyntax.Lead.self)
        }
        guard self.has("fact") else {
            try self.expect(["lead"])
            return FactSyntax(lead: lead, statement: nil)
        }
        let kind = try self.member("fact").word(FactKind.self)
        try self.expect(["lead", "fact"] + kind.members)
        return FactSyntax(lead: lead, statement: try self.statement(kind))
    }

    private func statement(_ kind: FactKind) throws(Refusal) -> FactSyntax.Statement {
        switch kind {
        case .noToken: .noToken
        case .unknownUser: .unknownUser
        case .guest: .guest
        case .service: .service(self.has("value") ? try self.string("value") : nil)
        case .created: .created(try self.instant("instant"))
        case .noFactors: .noFactors
        case .factors: .factors(try self.words("factors", of: FactorType.self))
        case .aal1: .level(.aal1)
        case .aal2: .level(.aal2)
        case .method:
            .method(
                Spanned(
                    try self.member("method").word(
                        of: AuthenticationMethod.allCases,
                        spelled: \.word
                    )
                ),
                ago: try self.durationIfAny("ago")
            )
        case .role: .role(try self.string("value"))
        case .id: .id(try self.string("value"))
        case .claim: .claim(try self.claimPath("path"), try self.string("value"))
        }
    }
}
