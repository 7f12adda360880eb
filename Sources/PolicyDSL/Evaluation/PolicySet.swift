/// A checked and compiled set of policies: immutable, shared by everything that decides.
public struct PolicySet: Sendable {
    // Alone, so that whoever passes a set on counts one reference.
    let program: PolicyProgram

    /// Compiles what the checker made of a set of files.
    package init(_ resolved: ResolvedPolicySet) {
        self.program = PolicyProgram(resolved)
    }
}

extension PolicySet {
    /// What the set means, for whoever explains, proves or prints it.
    package var resolved: ResolvedPolicySet { self.program.set }

    /// Eight hexadecimal digits that change when the meaning of the set does.
    public var revision: String { self.program.revision }

    /// The claims that filters mention: the ones a `Principal` has to bring.
    public var claimPaths: [ClaimPath] { self.program.claimPaths }
}

extension PolicySet {
    /// The pages that remedies are carried out on.
    package var pages: Pages { self.resolved.pages }

    /// The policy called `name`.
    package func policy(named name: String) -> Policy? {
        self.program.numbers[name].map { self.program.policies[$0] }
    }

    /// Every host pattern that an `at` of the set names, each once.
    package var hosts: [HostPattern] {
        let routes = self.resolved.policies.flatMap(\.routes)
        let all = routes + self.resolved.admits.compactMap(\.route)
        return Set(all.flatMap(\.hosts)).sorted { $0.description < $1.description }
    }

    /// Whether the set has questions that only a directory can answer.
    ///
    /// A remedy asks as well, but settles for less where nobody answers.
    public var needsDirectory: Bool {
        self.resolved.policies.contains(where: \.needsDirectory)
    }
}

extension Policy {
    /// Whether no passing of time changes what the policy says of a token.
    var isTimeless: Bool {
        self.from == nil && self.until == nil && self.grace == nil
            && self.rule.demands.allSatisfy(\.isTimeless)
    }

    /// Whether the policy has a question that only a directory can answer.
    package var needsDirectory: Bool {
        let filters = self.subject.filters + (self.exception?.filters ?? [])
        return filters.contains { !$0.fact.isEmpty } || self.grace?.anchor == .creation
            || self.rule.demands.contains(where: \.asksForConfirmation)
    }
}

extension ResolvedPolicySet {
    /// The claims that filters mention, each once.
    var claimPaths: [ClaimPath] {
        Set(self.filters.compactMap(\.claimPath)).sorted()
    }

    var filters: [Subject.Filter] {
        self.policies.flatMap { $0.subject.filters + ($0.exception?.filters ?? []) }
    }
}

extension Subject.Filter {
    fileprivate var claimPath: ClaimPath? {
        switch self {
        case .claim(let path, _): path
        case .createdBefore, .createdOnOrAfter, .noVerified, .verified, .role, .id: nil
        }
    }
}

extension Demand {
    fileprivate var asksForConfirmation: Bool {
        switch self {
        case .secondLevel(let confirmed, _): confirmed
        case .signIn, .methods: false
        case .all(let parts), .any(let parts): parts.contains(where: \.asksForConfirmation)
        }
    }
}
