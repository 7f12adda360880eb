internal import PolicyDSL

// Items, and the clauses of policies.
extension DocumentNode {
    func item() throws(Refusal) -> SyntaxTree.Item {
        switch try self.member("item").word(ItemKind.self) {
        case .pages: .pages(try self.pages())
        case .define: .define(try self.define())
        case .admit: .admit(try self.admit())
        case .policy: .policy(try self.policy())
        case .test: .test(try self.test())
        }
    }

    private func pages() throws(Refusal) -> [Spanned<PageSyntax>] {
        try self.expect(["item", "pages"])
        return try self.list("pages") { (node) throws(Refusal) in
            try node.expect(["page", "target", "with"])
            return PageSyntax(
                kind: Spanned(try node.member("page").word(PageSyntax.Kind.self)),
                target: try node.string("target"),
                companions: try node.stringsIfAny("with")
            )
        }
    }

    private func define() throws(Refusal) -> DefineSyntax {
        try self.expect(["item", "name", "kind", "members"])
        return DefineSyntax(
            name: try self.string("name"),
            kind: try self.member("kind").word(DefineSyntax.Kind.self),
            members: try self.strings("members")
        )
    }

    private func admit() throws(Refusal) -> AdmitSyntax {
        try self.expect(["item", "classes", "to"])
        return AdmitSyntax(
            classes: try self.words("classes", of: ClassWord.self),
            routes: try self.optional("to") { (node) throws(Refusal) in
                try node.expect(["verbs", "paths", "hosts"])
                return try node.routes()
            }
        )
    }

    /// The parts of a route; whoever reads it has looked for other members.
    private func routes() throws(Refusal) -> RoutesSyntax {
        RoutesSyntax(
            verbs: self.has("verbs") ? try self.words("verbs", of: VerbWord.self) : [],
            paths: try self.stringsIfAny("paths"),
            hosts: try self.stringsIfAny("hosts")
        )
    }

    private func policy() throws(Refusal) -> PolicySyntax {
        try self.expect(["item", "name", "title", "clauses"])
        return PolicySyntax(
            name: try self.string("name"),
            title: try self.optional("title") { (node) throws(Refusal) in
                Spanned(try node.string)
            },
            clauses: try self.list("clauses") { (node) throws(Refusal) in try node.clause() }
        )
    }

    private func clause() throws(Refusal) -> ClauseSyntax {
        let kind = try self.member("clause").word(ClauseKind.self)
        try self.expect(["clause"] + kind.members)
        return switch kind {
        case .subject:
            .subject(
                try self.member("subject").subject(),
                except: try self.optional("except") { (node) throws(Refusal) in
                    try node.subject()
                }
            )
        case .on: .on(try self.routes())
        case .require: .require(Spanned(try self.member("demand").demand()))
        case .deny: .deny
        case .otherwiseDeny: .otherwiseDeny
        case .from:
            .period(
                from: try self.instant("from"),
                until: self.has("until") ? try self.instant("until") : nil
            )
        case .grace:
            .grace(
                try self.member("period").duration(),
                after: try self.member("after").word(GraceAnchor.self)
            )
        case .enforce: .enforce
        case .monitor: .monitor(since: try self.instant("since"))
        case .because: .because(try self.string("text"))
        }
    }

    private func subject() throws(Refusal) -> SubjectSyntax {
        try self.expect(["classes", "filters"])
        return SubjectSyntax(
            classes: try self.words("classes", of: ClassWord.self),
            filters: try self.listIfAny("filters") { (node) throws(Refusal) in try node.filter() }
        )
    }

    private func filter() throws(Refusal) -> FilterSyntax {
        let kind = try self.member("filter").word(FilterKind.self)
        try self.expect(["filter"] + kind.members)
        switch kind {
        case .createdBefore: return .createdBefore(try self.instant("instant"))
        case .createdOnOrAfter: return .createdOnOrAfter(try self.instant("instant"))
        case .verified:
            let type = try self.optional("factor") { (node) throws(Refusal) in
                try node.word(FactorType.self)
            }
            return .verified(try self.verifiedCount(), of: type)
        case .role: return .role(try self.strings("values"))
        case .id: return .id(try self.strings("values"))
        case .claim: return .claim(try self.claimPath("path"), try self.strings("values"))
        }
    }

    private func verifiedCount() throws(Refusal) -> VerifiedCount {
        guard self.has("at_least") else {
            return try self.flag("none") ? .no : .a
        }
        guard !self.has("none") else {
            throw self.refusal("`none` and `at_least` exclude each other")
        }
        return .atLeast(Spanned(try self.integer("at_least")))
    }
}

extension DocumentNode {
    func demand() throws(Refusal) -> DemandSyntax {
        let kind = try self.member("demand").word(DemandKind.self)
        try self.expect(["demand"] + kind.members)
        switch kind {
        case .and: return .all(try self.operands())
        case .or: return .any(try self.operands())
        case .brackets: return .bracketed(Spanned(try self.member("inner").demand()))
        case .secondLevel:
            return .secondLevel(
                confirmed: try self.flag("confirmed"),
                within: try self.durationIfAny("within")
            )
        case .signIn: return .signIn(within: try self.member("within").duration())
        case .methods:
            let list = MethodListSyntax(
                quantifier: try self.optional("of") { (node) throws(Refusal) in
                    try node.word(MethodListSyntax.Quantifier.self)
                },
                members: try self.strings("members"),
                exceptions: try self.stringsIfAny("except")
            )
            return .methods(list, within: try self.durationIfAny("within"))
        }
    }

    private func operands() throws(Refusal) -> [Spanned<DemandSyntax>] {
        try self.list("parts") { (node) throws(Refusal) in try node.demand() }
    }
}
