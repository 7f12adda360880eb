// GK211, GK212, GK220, GK225: policies as a whole.
extension LintSubject {
    /// GK211: an exception is a hole; its reason belongs beside it.
    var unexplainedExceptions: [Finding] {
        self.policies.compactMap { written in
            guard written.policy.exception != nil, written.policy.because == nil else { return nil }
            return Finding(
                Diagnostic(
                    .unexplainedException,
                    severity: .warning,
                    at: written.place { if case .subject = $0 { true } else { false } },
                    "`except` without `because`",
                    help: "say in a `because` why these callers are spared"
                )
            )
        }
    }

    /// GK225: whoever is denied is shown the reason.
    var unexplainedDenials: [Finding] {
        self.policies.compactMap { written in
            guard written.policy.rule == .deny, written.policy.because == nil else { return nil }
            return Finding(
                Diagnostic(
                    .unexplainedDenial,
                    severity: .warning,
                    at: written.place { if case .deny = $0 { true } else { false } },
                    "`deny` without `because`",
                    help: "say in a `because` what the refused caller is to read"
                )
            )
        }
    }

    /// GK212: when the second factor's service fails, somebody has to get in.
    var missingBreakGlass: [Finding] {
        self.policies.compactMap { written in
            let policy = written.policy
            guard policy.routes.isEmpty, policy.mode == .enforce, policy.exception == nil,
                policy.subject.classes.contains(.users), policy.subject.filters.isEmpty,
                written.isAlive(at: self.now),
                policy.rule.demands.contains(where: \.needsSecondFactor)
            else { return nil }
            return Finding(
                Diagnostic(
                    .noBreakGlass,
                    severity: .warning,
                    at: written.name.span,
                    "every user needs a second factor everywhere",
                    label: "nobody is left who could get in without",
                    help: "spare one account that is kept in a safe: "
                        + "`except users with id \"…\"`, with a `because`"
                )
            )
        }
    }

    /// GK220: equal in everything but the name.
    var duplicatePolicies: [Finding] {
        var first: [String: WrittenPolicy] = [:]
        return self.policies.compactMap { written in
            var bare = written.policy
            bare.name = ""
            bare.because = nil
            guard let earlier = first[bare.meaning] else {
                first[bare.meaning] = written
                return nil
            }
            return Finding(
                Diagnostic(
                    .duplicatePolicy,
                    severity: .warning,
                    at: written.name.span,
                    "policy \(Spelling.quoted(written.name.value)) says the same as "
                        + Spelling.quoted(earlier.name.value),
                    help: "keep one of them"
                )
            )
        }
    }
}

extension Demand {
    /// Whether nobody without a second factor can meet it.
    fileprivate var needsSecondFactor: Bool {
        switch self {
        case .secondLevel: true
        case .signIn: false
        case .methods(let list):
            switch list.quantifier {
            case .one: list.methods.isSubset(of: .secondFactor)
            case .all: !list.methods.isDisjoint(with: .secondFactor)
            }
        case .all(let parts): parts.contains(where: \.needsSecondFactor)
        case .any(let parts): parts.allSatisfy(\.needsSecondFactor)
        }
    }
}
