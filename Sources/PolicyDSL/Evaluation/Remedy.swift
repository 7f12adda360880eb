/// What would turn one unmet demand into a met one, or that nothing would.
struct Remedy: Hashable {
    var outcome: Outcome
    var reason: Reason
    var using = Means()
    /// Whether the step, once done, surely meets the demand.
    var isSure = false
}

extension Remedy {
    /// What all of these ask for together: the highest on the ladder; nil of none.
    ///
    /// A step-up is sure only if every part is.
    static func all(of remedies: [Remedy]) -> Remedy? {
        guard let highest = remedies.map(\.outcome).max() else { return nil }
        let hardest = remedies.filter { $0.outcome == highest }
        return Remedy(
            outcome: highest,
            reason: hardest.map(\.reason).firstDeclared,
            using: .common(to: hardest.map(\.using)),
            isSure: remedies.allSatisfy(\.isSure)
        )
    }

    /// What any one of these asks for: the easiest step this user can do; nil of none.
    static func any(of remedies: [Remedy]) -> Remedy? {
        guard let least = remedies.map(\.effort).min() else { return nil }
        let easiest = remedies.filter { $0.effort == least }
        return easiest.first.map { first in
            Remedy(
                outcome: first.outcome,
                reason: easiest.map(\.reason).firstDeclared,
                using: .union(of: easiest.map(\.using)),
                isSure: first.isSure
            )
        }
    }

    private var effort: Int {
        switch self.outcome {
        case .allow: 0
        case .stepUp: self.isSure ? 1 : 3
        case .reauthenticate: 2
        case .enroll: 4
        case .unauthenticated: 5
        case .unavailable: 6
        case .deny: 7
        }
    }
}

extension Means {
    /// What serves all of them; where nothing does, what serves any of them.
    static func common(to means: [Means]) -> Means {
        guard let first = means.first else { return Means() }
        let shared = means.dropFirst().reduce(first) { common, next in
            Means(
                factors: common.factors.intersection(next.factors),
                methods: common.methods.intersection(next.methods)
            )
        }
        return shared == Means() ? .union(of: means) : shared
    }

    static func union(of means: [Means]) -> Means {
        means.reduce(Means()) { union, next in
            Means(
                factors: union.factors.union(next.factors),
                methods: union.methods.union(next.methods)
            )
        }
    }
}

extension [Reason] {
    // Ties are broken by declaration, so that the order of policies and demands means nothing.
    fileprivate var firstDeclared: Reason {
        Reason.allCases.first(where: self.contains) ?? .denied
    }
}
