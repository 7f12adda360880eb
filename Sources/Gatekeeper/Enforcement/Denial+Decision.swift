internal import PolicyDSL

extension Denial {
    /// What a decision that is not allow amounts to; `nil` for allow.
    ///
    /// - Parameters:
    ///   - decision: what the policies say.
    ///   - policies: the set that said it, for the author's words and the age demanded.
    ///   - retryAfter: when the directory may be asked again, in seconds.
    init?(_ decision: borrowing Decision, of policies: PolicySet, retryAfter: Int = 5) {
        guard decision.outcome != .allow else { return nil }
        let entry = decision.determining
        let policy = entry?.policy.flatMap { policies.policy(named: $0) }
        self.init(
            outcome: decision.outcome,
            reason: (entry?.reason ?? .denied).rawValue,
            entry: entry,
            because: policy?.because,
            maximumAge: policy?.rule.maximumAge,
            retryAfter: retryAfter
        )
    }
}

extension Policy.Rule {
    /// The shortest `within` of all demands, in seconds: a proof that young meets every one.
    fileprivate var maximumAge: Int64? {
        switch self {
        case .deny: nil
        case .require(let demands, _): demands.compactMap(\.maximumAge).min()
        }
    }
}

extension Demand {
    fileprivate var maximumAge: Int64? {
        switch self {
        case .secondLevel(_, let within): within.map { $0.microseconds / 1_000_000 }
        case .signIn(let within): within.microseconds / 1_000_000
        case .methods(let demand): demand.within.map { $0.microseconds / 1_000_000 }
        case .all(let parts), .any(let parts): parts.compactMap(\.maximumAge).min()
        }
    }
}
