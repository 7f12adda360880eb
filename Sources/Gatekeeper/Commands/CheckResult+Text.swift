internal import PolicyDSL

extension CheckResult {
    /// The result as people read it.
    func text(heading: String? = nil) -> String {
        var lines = [heading ?? self.request]
        lines.append("  \(self.outcome.word)\(self.answerText)")
        switch self.token {
        case .unverified:
            lines.append("  token: unverified, only the provider's reading of claims was applied")
        case .rejected(let code):
            lines.append("  token: refused, \(code)")
        case .absent:
            lines.append("  token: none")
        case .valid:
            break
        }
        if let caller = self.caller { lines.append("  caller: \(Self.text(of: caller))") }
        if let origin = self.factOrigin, origin.isLive {
            lines.append("  facts: \(self.directory.text), \(origin)")
        }
        if self.decision == nil, let denial = self.denial {
            lines.append("  reason: \(denial.reason)")
        }
        for entry in self.decision?.enforced ?? [] { lines.append("  - \(entry.text)") }
        if let because = self.denial?.because { lines.append("  \"\(because)\"") }
        lines += self.projectionLines
        for advice in self.decision?.advice ?? [] { lines.append("  advice: \(advice.text)") }
        if !self.unknown.isEmpty {
            let facts = self.unknown.joined(separator: ", ")
            lines.append("  not given, and it mattered: \(facts)")
        }
        return lines.joined(separator: "\n")
    }

    private var answerText: String {
        guard let answer = self.answer else { return "" }
        let location = answer["Location"].map { " to \($0)" } ?? ""
        return "  (\(answer.status)\(location))"
    }

    private var projectionLines: [String] {
        guard let decision = self.decision, decision.projected.outcome != decision.outcome else {
            return []
        }
        let head = "  with monitors and coming dates enforced: \(decision.projected.outcome.word)"
        return [head] + decision.projected.entries.map { "    - \($0.text)" }
    }

    private static func text(of caller: Caller) -> String {
        var parts = [caller.principal.subjectClass.word]
        if let subject = caller.subject { parts.append(subject) }
        parts.append(caller.principal.assurance.word)
        if !caller.methods.isEmpty {
            parts.append("by " + caller.methods.map(\.word).joined(separator: ", "))
        }
        return parts.joined(separator: " ")
    }
}

extension Entry {
    fileprivate var text: String {
        let who = self.policy.map { "policy \($0)" } ?? "admission"
        let what = self.demand.map { " demands `\($0)`" } ?? ""
        let means =
            self.using.words.isEmpty ? "" : " using \(self.using.words.joined(separator: ", "))"
        let certainty = self.certainty == .assumed ? ", assumed" : ""
        return "\(who)\(what): \(self.remedy.word)\(means), \(self.reason.rawValue)\(certainty)"
    }
}

extension Advice {
    fileprivate var text: String {
        switch self {
        case .enrollBy(let deadline, let policy):
            "set up a second factor by \(deadline), policy \(policy)"
        }
    }
}
