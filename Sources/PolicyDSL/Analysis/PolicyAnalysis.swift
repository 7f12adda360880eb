/// What a set does, found by asking it about every kind of request and session.
package struct PolicyAnalysis: Sendable {
    /// How far an analysis goes.
    package struct Limits: Sendable {
        /// The most cells that are looked at.
        package var cells: Int

        package init(cells: Int = 20_000_000) {
            self.cells = cells
        }
    }

    /// What a caller and a route amount to for the set, whatever the route is called.
    private struct Case: Hashable {
        let persona: Persona.Signature
        let policies: [Int]
        let isAdmitted: Bool
        let admitsUsers: Bool
        let pageRemedy: Outcome?
    }

    package let set: PolicySet
    let now: Instant
    private(set) var record = PolicyRecord()
    private(set) var budget: CellBudget
    /// Whether every kind of caller was looked at.
    private(set) var knowsAllCallers = true
    /// The classes of requests that the set tells apart.
    package let atoms: [RouteAtom]
    private let numbers: [String: Int]
    private var seen: Set<Case> = []
    private var personas: [PersonaKey: Personas] = [:]

    private struct PersonaKey: Hashable {
        let policies: [Int]
        let isAnswered: Bool
    }

    /// Looks at the set from `now` on: what is over by then counts no more.
    package init(_ set: PolicySet, now: Instant, limits: Limits = Limits()) {
        self.set = set
        self.now = now
        self.budget = CellBudget(limits.cells)
        self.atoms = RouteAtoms(set.resolved).atoms
        self.numbers = Dictionary(
            set.resolved.policies.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var memory = MarksMemory()
        for atom in self.atoms {
            self.look(at: atom, isAnswered: true, &memory)
            self.look(at: atom, isAnswered: false, &memory)
        }
    }

    /// Whether the answers hold for every request and session.
    package var isExhaustive: Bool { self.knowsAllCallers && !self.budget.isExhausted }

    /// How many cells were looked at.
    package var cells: Int { self.budget.looked }

    /// Why the answers do not hold for everything; nil where they do.
    package var limitation: String? {
        guard !self.isExhaustive else { return nil }
        return self.knowsAllCallers
            ? "not exhaustive: there are more sessions than the \(self.cells) that were looked at"
            : "not exhaustive: there are too many combinations of claims and callers to try all"
    }
}

extension PolicyAnalysis {
    private mutating func look(
        at atom: RouteAtom,
        isAnswered: Bool,
        _ memory: inout MarksMemory
    ) {
        let indices = atom.policies.compactMap { self.numbers[$0.name] }
        let key = PersonaKey(policies: indices, isAnswered: isAnswered)
        let personas =
            self.personas[key]
            ?? Personas(atom.policies, during: self.now.onwards, isAnswered: isAnswered)
        self.personas[key] = personas
        if !personas.isExhaustive { self.knowsAllCallers = false }
        let route = self.set.route(atom.request)
        for persona in personas.personas {
            // Without facts to ask for, silence changes nothing.
            let hasFacts = persona.session.principal.subjectClass.hasDirectoryFacts
            guard isAnswered ? !persona.isRefused : hasFacts else { continue }
            let subjectClass = persona.session.principal.subjectClass
            let question = Case(
                persona: persona.signature,
                policies: persona.applying.map { indices[$0] },
                isAdmitted: atom.admitted.contains(subjectClass),
                admitsUsers: atom.admitted.contains(.user),
                pageRemedy: atom.pageRemedy
            )
            guard self.seen.insert(question).inserted else { continue }
            let groups = persona.groups(
                among: atom.policies,
                budget: &self.budget,
                memory: &memory
            ).map { (answer: self.set.decide(route, $0.session), group: $0) }
            if isAnswered {
                self.record.add(persona, on: atom, groups, of: set)
            } else {
                self.record.addOutage(on: atom, groups)
            }
        }
    }
}

extension PolicyAnalysis {
    /// Somebody of a class that the policy `name` speaks of, on one of its routes; nil where it
    /// has none.
    func bystander(of name: String) -> Witness? {
        let own = self.atoms.lazy.compactMap { atom in
            atom.policies.first { $0.name == name }.map { (atom, $0) }
        }
        guard let (atom, policy) = own.first else { return nil }
        let personas = Personas(atom.policies, during: self.now.onwards, isAnswered: true).personas
        let classes = policy.subject.classes
        let persona =
            personas.first {
                classes.contains($0.session.principal.subjectClass) && !$0.isRefused
            } ?? personas.first
        return persona.map { Witness(atom.request, $0.session) }
    }
}

extension PolicySet {
    /// Whether the answer may hang on the caller's role or claims.
    package func readsUnrecordedClaims(
        of principal: Principal,
        on request: AccessRequest
    ) -> Bool {
        guard self.hasClaimFilters, principal.subjectClass != .visitor else { return false }
        let route = ReferenceRoute(request)
        return self.resolved.policies.contains { policy in
            policy.hasClaimFilters && policy.subject.classes.contains(principal.subjectClass)
                && route.scope(of: policy.routes) > .no
        }
    }

    private var hasClaimFilters: Bool {
        self.program.tokenFilters.contains(where: \.readsClaims)
    }
}

extension Policy {
    fileprivate var hasClaimFilters: Bool {
        (self.subject.filters + (self.exception?.filters ?? [])).contains(where: \.readsClaims)
    }
}

extension Subject.Filter {
    /// Whether the filter reads what the decision log does not hold.
    fileprivate var readsClaims: Bool {
        switch self {
        case .role, .claim: true
        case .id, .createdBefore, .createdOnOrAfter, .noVerified, .verified: false
        }
    }
}
