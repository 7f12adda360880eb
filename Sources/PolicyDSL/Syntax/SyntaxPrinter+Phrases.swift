// The words of each part of the tree, on one line.
extension SyntaxPrinter {
    /// A piece of a statement: words that stay together, or a list that may take a line each.
    enum Phrase {
        case words(String)
        case list([Spanned<String>])
    }

    static func phrases(of page: PageSyntax) -> [Phrase] {
        let target = Phrase.words("\(page.kind.value.rawValue) \(page.target.value)")
        guard !page.companions.isEmpty else { return [target] }
        return [target, .words("with"), .list(page.companions)]
    }

    static func phrases(of define: DefineSyntax) -> [Phrase] {
        [
            .words("define \(define.name.value) = \(define.kind.rawValue)"),
            .list(define.members),
        ]
    }

    static func phrases(of admit: AdmitSyntax) -> [Phrase] {
        let classes: [Phrase] = [.words("admit"), .list(admit.classes.spelled(by: \.rawValue))]
        guard let routes = admit.routes else { return classes }
        return classes + [.words("to")] + Self.phrases(of: routes)
    }

    static func phrases(of routes: RoutesSyntax) -> [Phrase] {
        var phrases: [Phrase] = []
        if !routes.verbs.isEmpty {
            let verbs = routes.verbs.map(\.value.rawValue)
            phrases.append(.words(verbs.joined(separator: ", ")))
        }
        if !routes.paths.isEmpty { phrases.append(.list(routes.paths)) }
        if !routes.hosts.isEmpty { phrases += [.words("at"), .list(routes.hosts)] }
        return phrases
    }

    static func phrases(of clause: ClauseSyntax) -> [Phrase] {
        switch clause {
        case .subject(let subject, let exception):
            let start = [.words("for")] + Self.phrases(of: subject)
            guard let exception else { return start }
            return start + [.words("except")] + Self.phrases(of: exception)
        case .on(let routes): return [.words("on")] + Self.phrases(of: routes)
        case .require(let demand): return [.words("require \(Self.text(of: demand.value))")]
        case .deny: return [.words("deny")]
        case .otherwiseDeny: return [.words("otherwise deny")]
        case .period(let from, let until):
            let end = until.map { " until \($0.value.text)" } ?? ""
            return [.words("from \(from.value.text)\(end)")]
        case .grace(let duration, let anchor):
            return [.words("grace \(Self.text(of: duration.value)) after \(anchor.rawValue)")]
        case .enforce: return [.words("mode enforce")]
        case .monitor(let since): return [.words("mode monitor since \(since.value.text)")]
        case .because(let text): return [.words("because \"\(text.value)\"")]
        }
    }

    static func phrases(of subject: SubjectSyntax) -> [Phrase] {
        [.list(subject.classes.spelled(by: \.rawValue))]
            + subject.filters.flatMap { Self.phrases(of: $0.value) }
    }

    static func phrases(of filter: FilterSyntax) -> [Phrase] {
        switch filter {
        case .createdBefore(let instant): [.words("created before \(instant.value.text)")]
        case .createdOnOrAfter(let instant):
            [.words("created on or after \(instant.value.text)")]
        case .verified(let count, let type): [.words(Self.text(of: count, type))]
        case .role(let roles): [.words("with role"), .list(roles.map(Self.quoted))]
        case .id(let ids): [.words("with id"), .list(ids.map(Self.quoted))]
        case .claim(let path, let values):
            [.words("with claim \(path.value)"), .list(values.map(Self.quoted))]
        }
    }

    private static func quoted(_ string: Spanned<String>) -> Spanned<String> {
        Spanned("\"\(string.value)\"", at: string.span)
    }

    private static func text(of count: VerifiedCount, _ type: FactorType?) -> String {
        let type = type.map { "\($0.rawValue) " } ?? ""
        return switch count {
        case .no: "with no verified \(type)factor"
        case .a: "with a verified \(type)factor"
        case .atLeast(let number):
            "with at least \(number.value) verified \(type)"
                + (number.value == 1 ? "factor" : "factors")
        }
    }

    /// A demand in the words of the language.
    static func text(of demand: DemandSyntax) -> String {
        switch demand {
        case .all(let parts): parts.map(Self.operand).joined(separator: " and ")
        case .any(let parts): parts.map(Self.operand).joined(separator: " or ")
        case .bracketed(let inner): "(\(Self.text(of: inner.value)))"
        case .secondLevel(let isConfirmed, let within):
            "aal2" + (isConfirmed ? " confirmed" : "") + Self.recency(within)
        case .signIn(let within): "sign-in" + Self.recency(within)
        case .methods(let list, let within): Self.text(of: list) + Self.recency(within)
        }
    }

    /// A side of `and` or `or`; a tree that a program made may lack the brackets it needs.
    private static func operand(_ part: Spanned<DemandSyntax>) -> String {
        switch part.value {
        case .all, .any: "(\(Self.text(of: part.value)))"
        case .bracketed, .secondLevel, .signIn, .methods: Self.text(of: part.value)
        }
    }

    private static func recency(_ within: Spanned<DurationSyntax>?) -> String {
        within.map { " within \(Self.text(of: $0.value))" } ?? ""
    }

    private static func text(of list: MethodListSyntax) -> String {
        let quantifier = list.quantifier.map { "\($0.rawValue) of " } ?? ""
        let members = list.members.map(\.value).joined(separator: ", ")
        guard !list.exceptions.isEmpty else { return quantifier + members }
        return quantifier + members + " except "
            + list.exceptions.map(\.value).joined(separator: ", ")
    }

    static func text(of duration: DurationSyntax) -> String {
        "\(duration.amount) \(duration.unit.rawValue)"
    }
}

// The words of tests.
extension SyntaxPrinter {
    /// A part of a test, its keyword padded so that what follows stands in one column.
    static func phrases(of part: TestSyntax.Part, column: Int) -> [Phrase] {
        let keyword = part.keyword + String(repeating: " ", count: column - part.keyword.count)
        return switch part {
        case .at(let instant): [.words("\(keyword) \(instant.value.text)")]
        case .given(let facts): [.words(keyword), .list(facts.map(Self.spelled))]
        case .when(let method, let path, let host):
            [
                .words(
                    "\(keyword) \(method.value) \(path.value)"
                        + (host.map { " at \($0.value)" } ?? "")
                )
            ]
        case .example(let facts, let verdict):
            [
                .words(keyword), .list(facts.map(Self.spelled)),
                .words("then \(Self.text(of: verdict.value))"),
            ]
        case .then(let verdict): [.words("\(keyword) \(Self.text(of: verdict.value))")]
        }
    }

    private static func spelled(_ fact: Spanned<FactSyntax>) -> Spanned<String> {
        Spanned(Self.text(of: fact.value), at: fact.span)
    }

    static func text(of facts: [Spanned<FactSyntax>]) -> String {
        facts.map { Self.text(of: $0.value) }.joined(separator: ", ")
    }

    static func text(of verdict: VerdictSyntax) -> String {
        guard !verdict.policies.isEmpty else { return verdict.outcome.value.word }
        let policies = verdict.policies.map(\.value).joined(separator: ", ")
        return "\(verdict.outcome.value.word) because \(policies)"
    }

    static func text(of fact: FactSyntax) -> String {
        [fact.lead?.rawValue, fact.statement.map(Self.text)].compactMap(\.self)
            .joined(separator: " ")
    }

    private static func text(of statement: FactSyntax.Statement) -> String {
        switch statement {
        case .noToken: "no token"
        case .unknownUser: "unknown user"
        case .guest: "guest"
        case .service(let name): "service" + (name.map { " \"\($0.value)\"" } ?? "")
        case .created(let instant): "created \(instant.value.text)"
        case .noFactors: "no factors"
        case .factors(let types):
            "factors " + types.map(\.value.rawValue).joined(separator: ", ")
        case .level(let level): level == .aal1 ? "aal1" : "aal2"
        case .method(let method, let ago):
            method.value.word + (ago.map { " \(Self.text(of: $0.value)) ago" } ?? "")
        case .role(let role): "role \"\(role.value)\""
        case .id(let id): "id \"\(id.value)\""
        case .claim(let path, let value): "claim \(path.value) \"\(value.value)\""
        }
    }
}

extension TestSyntax.Part {
    /// The word the part begins with.
    var keyword: String {
        switch self {
        case .at: "at"
        case .given: "given"
        case .when: "when"
        case .example: "case"
        case .then: "then"
        }
    }
}

extension [Spanned<ClassWord>] {
    fileprivate func spelled(by word: (ClassWord) -> String) -> [Spanned<String>] {
        self.map { Spanned(word($0.value), at: $0.span) }
    }
}
