/// What a `require` asks of a session, with defines expanded and method sets resolved.
package indirect enum Demand: Hashable, Sendable {
    /// `aal2 [confirmed] [within N unit]`
    case secondLevel(confirmed: Bool, within: Period?)
    /// `sign-in within N unit`
    case signIn(within: Period)
    /// `[one of | all of] methods [within N unit]`
    case methods(MethodDemand)
    /// `… and …`
    case all([Demand])
    /// `… or …`
    case any([Demand])
}

/// A list of methods, of which one or all must be proven.
package struct MethodDemand: Hashable, Sendable {
    package enum Quantifier: Hashable, Sendable {
        case one
        case all
    }

    package var quantifier: Quantifier
    /// The methods after `except` was taken away.
    package var methods: MethodSet
    /// Whether the author wrote exactly the set `second-factor`, one of which is enough: then a
    /// second level of known time but unknown method counts as well.
    package var isSecondFactorSet: Bool
    package var within: Period?

    package init(
        _ quantifier: Quantifier = .one,
        of methods: MethodSet,
        isSecondFactorSet: Bool = false,
        within: Period? = nil
    ) {
        self.quantifier = quantifier
        self.methods = methods
        self.isSecondFactorSet = isSecondFactorSet
        self.within = within
    }
}

extension Demand: CustomStringConvertible {
    /// The demand in the words of the language.
    package var description: String {
        switch self {
        case .secondLevel(let confirmed, let within):
            "aal2" + (confirmed ? " confirmed" : "") + recency(within)
        case .signIn(let within): "sign-in" + recency(within)
        case .methods(let demand): demand.description
        case .all(let parts): Self.joined(parts, by: " and ")
        case .any(let parts): Self.joined(parts, by: " or ")
        }
    }

    // Where not every side has a `within`, brackets say that it does not cover the others.
    private static func joined(_ parts: [Demand], by word: String) -> String {
        let isMixed = !parts.allSatisfy(\.hasRecency)
        return parts.map { part in
            part.isJoined || (isMixed && part.hasRecency) ? "(\(part))" : part.description
        }.joined(separator: word)
    }

    private var isJoined: Bool {
        switch self {
        case .secondLevel, .signIn, .methods: false
        case .all, .any: true
        }
    }

    /// Whether no passing of time changes who meets it.
    package var isTimeless: Bool {
        switch self {
        case .secondLevel, .signIn, .methods: !self.hasRecency
        case .all(let parts), .any(let parts): parts.allSatisfy(\.isTimeless)
        }
    }

    private var hasRecency: Bool {
        switch self {
        case .secondLevel(_, let within): within != nil
        case .signIn: true
        case .methods(let list): list.within != nil
        case .all, .any: false
        }
    }
}

extension MethodDemand: CustomStringConvertible {
    package var description: String {
        self.list + recency(self.within)
    }

    private var list: String {
        if self.isSecondFactorSet { return "second-factor" }
        let words = self.methods.methods.map(\.word).joined(separator: ", ")
        switch self.quantifier {
        case .one: return self.methods.methods.count == 1 ? words : "one of \(words)"
        case .all: return "all of \(words)"
        }
    }
}

private func recency(_ within: Period?) -> String {
    within.map { " within \($0)" } ?? ""
}
