extension Policy {
    /// Whether `for ∧ ¬except` holds of the principal with these facts.
    func names(_ principal: Principal, _ facts: UserFacts) -> Truth {
        let isExempt = self.exception?.holds(of: principal, facts, ifMissing: .no) ?? .no
        return self.subject.holds(of: principal, facts, ifMissing: .yes) && !isExempt
    }

    /// The facts without which nobody could say whether the policy names this principal.
    func factsConsulted(naming principal: Principal, _ facts: UserFacts) -> FactNeeds {
        let mentioned = self.subject.facts.union(self.exception?.facts ?? [])
        var consulted: FactNeeds = []
        for fact in [FactNeeds.created, .factors] where mentioned.contains(fact) {
            if self.names(principal, facts.without(fact)) == .unknown { consulted.insert(fact) }
        }
        return consulted
    }
}

extension Subject {
    /// Whether the subject covers the principal.
    ///
    /// An account whose time of creation is known to be missing counts as both old and new in
    /// `for` and as neither in `except`.
    func holds(
        of principal: Principal,
        _ facts: UserFacts,
        ifMissing: Truth
    ) -> Truth {
        Truth(self.classes.contains(principal.subjectClass))
            && self.filters.lazy
                .map { $0.holds(of: principal, facts, ifMissing: ifMissing) }
                .conjunction
    }

    fileprivate var facts: FactNeeds {
        self.filters.reduce(into: []) { $0.formUnion($1.fact) }
    }
}

extension Subject.Filter {
    /// The directory fact that the filter asks for.
    package var fact: FactNeeds {
        switch self {
        case .createdBefore, .createdOnOrAfter: .created
        case .noVerified, .verified: .factors
        case .role, .id, .claim: []
        }
    }

    func holds(
        of principal: Principal,
        _ facts: UserFacts,
        ifMissing: Truth
    ) -> Truth {
        if !self.fact.isEmpty, !principal.subjectClass.hasDirectoryFacts { return .no }
        return switch self {
        case .createdBefore(let limit): facts.created.holds(ifMissing) { $0 < limit }
        case .createdOnOrAfter(let limit): facts.created.holds(ifMissing) { $0 >= limit }
        case .noVerified(let type): facts.factors.holds { $0.count(of: type) == 0 }
        case .verified(let least, let type): facts.factors.holds { $0.count(of: type) >= least }
        case .role, .id, .claim: Truth(self.holds(of: principal))
        }
    }

    /// Whether a filter on the token alone covers the principal; false for filters on facts.
    func holds(of principal: Principal) -> Bool {
        switch self {
        case .role(let roles): principal.role.map { $0.isOne(of: roles) } ?? false
        case .id(let ids): principal.id.map { $0.isOne(of: ids) } ?? false
        case .claim(let path, let values):
            principal.claims[path]?.contains { $0.isOne(of: values) } ?? false
        case .createdBefore, .createdOnOrAfter, .noVerified, .verified: false
        }
    }
}

extension String {
    // Byte for byte: Unicode's canonical equivalence is no reason to let anybody in.
    fileprivate func isOne(of values: [String]) -> Bool {
        values.contains { $0.utf8.elementsEqual(self.utf8) }
    }
}

extension UserFacts {
    fileprivate func without(_ fact: FactNeeds) -> UserFacts {
        UserFacts(
            created: fact.contains(.created) ? .unknown : self.created,
            factors: fact.contains(.factors) ? .unknown : self.factors
        )
    }
}

extension Fact<Instant?> {
    func holds(_ ifMissing: Truth, _ test: (Instant) -> Bool) -> Truth {
        switch self {
        case .unknown: .unknown
        case .known(nil): ifMissing
        case .known(let instant?): Truth(test(instant))
        }
    }
}

extension Fact<FactorCounts> {
    func holds(_ test: (FactorCounts) -> Bool) -> Truth {
        switch self {
        case .unknown: .unknown
        case .known(let counts): Truth(test(counts))
        }
    }
}
