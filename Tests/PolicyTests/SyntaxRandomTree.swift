@testable import PolicyDSL

/// Makes trees that the grammar allows; names need not be defined.
struct RandomTree {
    private var random: SeededGenerator

    init(seed: UInt64) {
        self.random = SeededGenerator(seed: seed)
    }

    mutating func tree() -> SyntaxTree {
        let items = (0..<self.upTo(6)).map { _ in Spanned(self.item()) }
        return SyntaxTree(version: Spanned(1), items: items)
    }

    private mutating func upTo(_ bound: Int) -> Int {
        self.random.number(1...bound)
    }

    private mutating func chance() -> Bool {
        self.random.chance(50)
    }

    private mutating func one<Element>(of elements: [Element]) -> Element {
        self.random.pick(elements)
    }

    private mutating func some<Element>(
        _ make: (inout RandomTree) -> Element
    ) -> [Spanned<Element>] {
        (0..<self.upTo(3)).map { _ in Spanned(make(&self)) }
    }

    private mutating func string() -> Spanned<String> {
        Spanned(self.one(of: ["", "a", "Grüße # {", "two words", "x,y"]))
    }

    private mutating func name() -> Spanned<String> {
        Spanned(self.one(of: ["money", "x1", "-", "a-b-c", "strong"]))
    }

    private mutating func path() -> String {
        self.one(of: ["/", "/a", "/a/*/b", "/a/**", "/a=b;c", "money", "/%C3%A9"])
    }

    private mutating func host() -> String {
        self.one(of: ["a.example", "*.b.example", "localhost", "console"])
    }

    private mutating func instant() -> Spanned<InstantSyntax> {
        let texts = ["2026-12-01", "2026-12-01T08:00:00+01:00", "1969-07-20T20:17:40.5Z"]
        let text = self.one(of: texts)
        let value = Instant(date: text) ?? Instant(rfc3339: text)
        return Spanned(InstantSyntax(text: text, value: value ?? Instant(microseconds: 0)))
    }

    private mutating func date() -> Spanned<InstantSyntax> {
        let value = Instant(date: "2026-09-01") ?? Instant(microseconds: 0)
        return Spanned(InstantSyntax(text: "2026-09-01", value: value))
    }

    private mutating func duration() -> Spanned<DurationSyntax> {
        let unit = self.one(of: DurationSyntax.Unit.allCases)
        return Spanned(DurationSyntax(amount: self.upTo(90), unit: unit))
    }
}

extension RandomTree {
    private mutating func item() -> SyntaxTree.Item {
        switch self.upTo(5) {
        case 1: .pages(self.some { $0.page() })
        case 2: .define(self.define())
        case 3: .admit(self.admit())
        case 4: .policy(self.policy())
        default: .test(self.test())
        }
    }

    private mutating func page() -> PageSyntax {
        PageSyntax(
            kind: Spanned(self.one(of: PageSyntax.Kind.allCases)),
            target: Spanned(self.one(of: ["/login", "builtin", "https://id.example/login?a=b"])),
            companions: self.chance() ? self.some { $0.path() } : []
        )
    }

    private mutating func define() -> DefineSyntax {
        let kind = self.one(of: DefineSyntax.Kind.allCases)
        let members =
            switch kind {
            case .methods: self.some { $0.method() }
            case .paths: self.some { $0.path() }
            case .hosts: self.some { $0.host() }
            }
        return DefineSyntax(name: self.name(), kind: kind, members: members)
    }

    private mutating func admit() -> AdmitSyntax {
        AdmitSyntax(classes: self.classes(), routes: self.chance() ? self.routes() : nil)
    }

    private mutating func classes() -> [Spanned<ClassWord>] {
        self.some { $0.one(of: ClassWord.allCases) }
    }

    private mutating func routes() -> RoutesSyntax {
        let verbs = self.chance() ? self.some { $0.one(of: VerbWord.allCases) } : []
        let hosts = self.chance() ? self.some { $0.host() } : []
        let needsPath = verbs.isEmpty && hosts.isEmpty
        let paths = needsPath || self.chance() ? self.some { $0.path() } : []
        return RoutesSyntax(verbs: verbs, paths: paths, hosts: hosts)
    }

    private mutating func policy() -> PolicySyntax {
        PolicySyntax(
            name: self.name(),
            title: self.chance() ? self.string() : nil,
            clauses: self.some { $0.clause() }
        )
    }

    private mutating func clause() -> ClauseSyntax {
        switch self.upTo(10) {
        case 1: .subject(self.subject(), except: self.chance() ? self.subject() : nil)
        case 2: .on(self.routes())
        case 3: .deny
        case 4: .otherwiseDeny
        case 5: .period(from: self.instant(), until: self.chance() ? self.instant() : nil)
        case 6: .grace(self.duration(), after: self.one(of: GraceAnchor.allCases))
        case 7: .enforce
        case 8: .monitor(since: self.date())
        case 9: .because(self.string())
        default: .require(self.demand(depth: 3))
        }
    }

    private mutating func subject() -> SubjectSyntax {
        SubjectSyntax(
            classes: self.classes(),
            filters: self.chance() ? self.some { $0.filter() } : []
        )
    }

    private mutating func filter() -> FilterSyntax {
        switch self.upTo(6) {
        case 1: .createdBefore(self.instant())
        case 2: .createdOnOrAfter(self.instant())
        case 3: .role(self.some { $0.string().value })
        case 4: .id(self.some { $0.string().value })
        case 5: .claim(Spanned(self.claimPath()), self.some { $0.string().value })
        default:
            .verified(
                self.one(of: [.no, .a, .atLeast(Spanned(2))]),
                of: self.one(of: [nil, .totp, .phone, .webauthn])
            )
        }
    }

    private mutating func claimPath() -> ClaimPath {
        ClaimPath(
            self.some { $0.one(of: ["a", "_b-1", "x/y", "two words", "é", "1"]) }.map(\.value)
        )
    }
}

extension RandomTree {
    private mutating func method() -> String {
        self.one(of: Vocabulary.methods + Vocabulary.methodSets + ["strong"])
    }

    private mutating func demand(depth: Int) -> Spanned<DemandSyntax> {
        guard depth > 0, self.chance() else { return Spanned(self.term(depth: depth)) }
        let parts = (0..<self.upTo(2) + 1).map { _ in Spanned(self.term(depth: depth - 1)) }
        return Spanned(self.chance() ? .all(parts) : .any(parts))
    }

    private mutating func term(depth: Int) -> DemandSyntax {
        switch self.upTo(4) {
        case 1 where depth > 0: .bracketed(self.demand(depth: depth - 1))
        case 2: .secondLevel(confirmed: self.chance(), within: self.recency())
        case 3: .signIn(within: self.duration())
        default: .methods(self.methodList(), within: self.recency())
        }
    }

    private mutating func recency() -> Spanned<DurationSyntax>? {
        self.chance() ? self.duration() : nil
    }

    private mutating func methodList() -> MethodListSyntax {
        MethodListSyntax(
            quantifier: self.one(of: [nil, .one, .all]),
            members: self.some { $0.method() },
            exceptions: self.chance() ? self.some { $0.method() } : []
        )
    }
}

extension RandomTree {
    private mutating func test() -> TestSyntax {
        TestSyntax(title: self.string(), parts: self.some { $0.part() })
    }

    private mutating func part() -> TestSyntax.Part {
        switch self.upTo(5) {
        case 1: .at(self.instant())
        case 2: .given(self.some { $0.fact() })
        case 3:
            .when(
                method: Spanned(self.one(of: ["GET", "PROPFIND"])),
                path: Spanned("/a/b"),
                host: self.chance() ? Spanned("a.example") : nil
            )
        case 4: .example(self.some { $0.fact() }, Spanned(self.verdict()))
        default: .then(Spanned(self.verdict()))
        }
    }

    private mutating func verdict() -> VerdictSyntax {
        VerdictSyntax(
            outcome: Spanned(self.one(of: Outcome.allCases)),
            policies: self.chance() ? self.some { $0.name().value } : []
        )
    }

    private mutating func fact() -> FactSyntax {
        let lead = self.one(of: [nil, FactSyntax.Lead.user, .token])
        let statement = self.statement()
        return FactSyntax(lead: lead, statement: statement)
    }

    // No method without an age: after `factors` it would belong to the factors.
    private mutating func statement() -> FactSyntax.Statement {
        switch self.upTo(12) {
        case 1: .noToken
        case 2: .unknownUser
        case 3: .guest
        case 4: .service(self.chance() ? self.string() : nil)
        case 5: .created(self.instant())
        case 6: .noFactors
        case 7: .factors(self.some { $0.one(of: FactorType.allCases) })
        case 8: .level(self.one(of: [.aal1, .aal2]))
        case 9: .role(self.string())
        case 10: .id(self.string())
        case 11: .claim(Spanned(self.claimPath()), self.string())
        default: .method(Spanned(self.one(of: AuthenticationMethod.allCases)), ago: self.duration())
        }
    }
}
