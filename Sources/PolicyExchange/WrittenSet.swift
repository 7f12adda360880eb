internal import PolicyDSL

/// Where the parts of a set stand in its sources.
struct WrittenSet {
    private let policies: [String: PolicySyntax]

    init(_ reading: PolicyReading) {
        var policies: [String: PolicySyntax] = [:]
        for item in reading.parsed.flatMap(\.tree.items) {
            if case .policy(let policy) = item.value { policies[policy.name.value] = policy }
        }
        self.policies = policies
    }

    /// The name of a policy, where findings about all of it point.
    func name(of policy: Policy) -> SourceSpan {
        self.policies[policy.name]?.name.span ?? policy.span
    }

    /// The first clause of a kind; the policy's name where there is none.
    func place(of policy: Policy, _ isWanted: (ClauseSyntax) -> Bool) -> SourceSpan {
        let clauses = self.policies[policy.name]?.clauses ?? []
        return clauses.first { isWanted($0.value) }?.span ?? self.name(of: policy)
    }
}

extension ClauseSyntax {
    var isSubject: Bool {
        if case .subject = self { true } else { false }
    }

    var isRoute: Bool {
        if case .on = self { true } else { false }
    }

    var isDemand: Bool {
        if case .require = self { true } else { false }
    }

    var isPeriod: Bool {
        if case .period = self { true } else { false }
    }

    var isGrace: Bool {
        if case .grace = self { true } else { false }
    }
}

extension Diagnostic {
    /// Something that the target of an export has no words for.
    static func beyondTarget(at span: SourceSpan, _ message: String, help: String) -> Diagnostic {
        Diagnostic(.beyondTarget, at: span, message, help: help)
    }
}
