/// A policy set with one small mistake in it; tests that tell the truth fail on it.
package struct Mutant: Sendable {
    package let policy: String
    /// The mistake, in words.
    package let change: String
    /// Where the mistaken policy stands.
    package let span: SourceSpan
    fileprivate let set: ResolvedPolicySet

    /// Every mutant of a set: each period a unit more or less, each date on the other side, each
    /// demand dropped.
    package static func all(of set: ResolvedPolicySet) -> [Mutant] {
        set.policies.indices.flatMap { index in
            set.policies[index].mutations.map { mutated, change in
                var mutant = set
                mutant.policies[index] = mutated
                let policy = set.policies[index]
                return Mutant(policy: policy.name, change: change, span: policy.span, set: mutant)
            }
        }
    }

    /// Whether some test fails on the mutant.
    package func isKilled(by tests: [PolicyTest], at now: Instant) -> Bool {
        PolicySet(self.set).run(tests, at: now).hasFailed
    }
}

extension Policy {
    fileprivate var mutations: [(Policy, String)] {
        self.demandMutations + self.filterMutations
    }

    private var demandMutations: [(Policy, String)] {
        guard case .require(let demands, let otherwiseDeny) = self.rule else { return [] }
        let dropped = demands.indices.map { index in
            (demands.without(index), "without `require \(demands[index])`")
        }
        let changed = demands.indices.flatMap { index in
            demands[index].mutations.map { mutated, change in
                (demands.replacing(index, with: mutated), change)
            }
        }
        return (dropped + changed).map { demands, change in
            var policy = self
            policy.rule = .require(demands, otherwiseDeny: otherwiseDeny)
            return (policy, change)
        }
    }

    private var filterMutations: [(Policy, String)] {
        self.subject.filters.indices.compactMap { index in
            guard let (flipped, change) = self.subject.filters[index].flipped else { return nil }
            var policy = self
            policy.subject.filters[index] = flipped
            return (policy, change)
        }
    }
}

extension Subject.Filter {
    fileprivate var flipped: (Subject.Filter, String)? {
        switch self {
        case .createdBefore(let limit): (.createdOnOrAfter(limit), "after instead of before")
        case .createdOnOrAfter(let limit): (.createdBefore(limit), "before instead of after")
        case .noVerified(let type): (.verified(atLeast: 1, type), "with instead of without")
        case .verified(1, let type): (.noVerified(type), "without instead of with")
        case .verified(let least, let type):
            (.verified(atLeast: least - 1, type), "at least \(least - 1)")
        case .role, .id, .claim: nil
        }
    }
}

extension Demand {
    fileprivate var mutations: [(Demand, String)] {
        switch self {
        case .secondLevel(let confirmed, let within):
            let unconfirmed: [(Demand, String)] =
                confirmed
                ? [(.secondLevel(confirmed: false, within: within), "without `confirmed`")] : []
            return unconfirmed
                + (within?.neighbours ?? []).map { period in
                    (.secondLevel(confirmed: confirmed, within: period), "within \(period)")
                }
        case .signIn(let within):
            return within.neighbours.map { (.signIn(within: $0), "sign-in within \($0)") }
        case .methods(let list):
            return (list.within?.neighbours ?? []).map { period in
                var list = list
                list.within = period
                return (.methods(list), "within \(period)")
            }
        case .all(let parts): return Self.mutations(of: parts, Demand.all)
        case .any(let parts): return Self.mutations(of: parts, Demand.any)
        }
    }

    private static func mutations(
        of parts: [Demand],
        _ join: ([Demand]) -> Demand
    ) -> [(Demand, String)] {
        parts.indices.flatMap { index -> [(Demand, String)] in
            let dropped = (join(parts.without(index)), "without `\(parts[index])`")
            let changed = parts[index].mutations.map { mutated, change in
                (join(parts.replacing(index, with: mutated)), change)
            }
            return [dropped] + changed
        }
    }
}

extension Period {
    /// One unit less and one more.
    fileprivate var neighbours: [Period] {
        let seconds = Int(self.microseconds / 1_000_000)
        let unit = [86_400, 3_600, 60].first { seconds % $0 == 0 } ?? 1
        return [seconds - unit, seconds + unit].filter { $0 > 0 }.map { Period(seconds: $0) }
    }
}

extension [Demand] {
    fileprivate func without(_ index: Int) -> [Demand] {
        var rest = self
        rest.remove(at: index)
        return rest
    }

    fileprivate func replacing(_ index: Int, with demand: Demand) -> [Demand] {
        var changed = self
        changed[index] = demand
        return changed
    }
}
