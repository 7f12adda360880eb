internal import PolicyDSL

/// Every place where a set gives or uses a name of its own.
struct NameTable {
    struct Occurrence {
        enum Kind: Equatable {
            case define(DefineSyntax.Kind)
            case policy
        }

        let name: String
        let kind: Kind
        let span: SourceSpan
        let isDefinition: Bool
    }

    private(set) var occurrences: [Occurrence] = []

    init(_ sources: [ParsedSource]) {
        for item in sources.flatMap(\.tree.items) { self.collect(item.value) }
    }

    /// The name at an offset, its last byte's end included: there the cursor still touches it.
    func occurrence(at offset: Int, in source: Int) -> Occurrence? {
        self.occurrences.first { occurrence in
            occurrence.span.source == source && occurrence.span.start <= offset
                && offset <= occurrence.span.end
        }
    }

    func all(of wanted: Occurrence) -> [Occurrence] {
        self.occurrences.filter { $0.name == wanted.name && $0.isPolicy == wanted.isPolicy }
    }

    func definition(of wanted: Occurrence) -> Occurrence? {
        self.all(of: wanted).first(where: \.isDefinition)
    }

    func definitions(_ kind: Occurrence.Kind) -> [String] {
        let names = self.occurrences.filter { $0.isDefinition && $0.kind == kind }.map(\.name)
        return Set(names).sorted()
    }
}

extension NameTable.Occurrence {
    var isPolicy: Bool { self.kind == .policy }
}

extension NameTable {
    private mutating func add(
        _ word: Spanned<String>,
        _ kind: Occurrence.Kind,
        isDefinition: Bool = false
    ) {
        self.occurrences.append(
            Occurrence(name: word.value, kind: kind, span: word.span, isDefinition: isDefinition)
        )
    }

    private mutating func use(_ words: [Spanned<String>], _ kind: DefineSyntax.Kind) {
        for word in words where Self.isName(word.value, kind) { self.add(word, .define(kind)) }
    }

    private static func isName(_ word: String, _ kind: DefineSyntax.Kind) -> Bool {
        switch kind {
        case .paths: !word.hasPrefix("/")
        case .hosts: word != "localhost" && !word.contains(".") && !word.contains(":")
        case .methods:
            AuthenticationMethod(word: word) == nil
                && !["first-factor", "second-factor", "phishing-resistant"].contains(word)
        }
    }

    private mutating func collect(_ item: SyntaxTree.Item) {
        switch item {
        case .pages(let pages):
            for page in pages { self.use(page.value.companions, .paths) }
        case .define(let define):
            self.add(define.name, .define(define.kind), isDefinition: true)
            self.use(define.members, define.kind)
        case .admit(let admit): self.collect(admit.routes)
        case .policy(let policy):
            self.add(policy.name, .policy, isDefinition: true)
            for clause in policy.clauses { self.collect(clause.value) }
        case .test(let test):
            for part in test.parts { self.collect(part.value) }
        }
    }

    private mutating func collect(_ routes: RoutesSyntax?) {
        guard let routes else { return }
        self.use(routes.paths, .paths)
        self.use(routes.hosts, .hosts)
    }

    private mutating func collect(_ clause: ClauseSyntax) {
        switch clause {
        case .on(let routes): self.collect(routes)
        case .require(let demand): self.collect(demand.value)
        case .subject, .deny, .otherwiseDeny, .period, .grace, .enforce, .monitor, .because: break
        }
    }

    private mutating func collect(_ demand: DemandSyntax) {
        switch demand {
        case .all(let parts), .any(let parts):
            for part in parts { self.collect(part.value) }
        case .bracketed(let inner): self.collect(inner.value)
        case .methods(let list, _): self.use(list.members + list.exceptions, .methods)
        case .secondLevel, .signIn: break
        }
    }

    private mutating func collect(_ part: TestSyntax.Part) {
        switch part {
        case .example(_, let verdict), .then(let verdict):
            for policy in verdict.value.policies { self.add(policy, .policy) }
        case .at, .given, .when: break
        }
    }
}
