extension Explanation {
    /// The explanation for people: policies that decided first, then the others, then the way out.
    public var text: String {
        let deciding = self.policies.filter(\.decides)
        let others = self.policies.filter { !$0.decides }
        var lines = ["admission: \(self.admission.rawValue)"]
        if let pageRemedy { lines.append("page of: \(pageRemedy.word)") }
        for policy in deciding + others {
            lines += [""] + policy.lines
        }
        lines.append("")
        lines.append("facts used:")
        lines += self.facts.map { "  \($0.name): \($0.value)" }
        lines.append("")
        lines.append("to get through: \(self.way)")
        return lines.joined(separator: "\n")
    }

    private var way: String {
        guard let steps else {
            return self.decision.outcome == .unavailable
                ? "try again once the directory answers" : "nothing the caller can do"
        }
        guard !steps.isEmpty else { return "nothing is missing" }
        return steps.map(\.description).joined(separator: ", then ")
    }
}

extension Explanation.PolicyPart {
    fileprivate var lines: [String] {
        var lines = ["policy \(self.name): \(self.verdict)"]
        lines += self.parts.map(\.line)
        if self.decides, let because { lines.append("  because \"\(because)\"") }
        return lines
    }

    private var verdict: String {
        let applies =
            switch self.applies {
            case .hit: "applies"
            case .miss: "does not apply"
            case .may: "may apply"
            }
        let standing = self.isEnforced || self.applies == .miss ? "" : ", not enforced now"
        return applies + standing + (self.decides ? ", decides" : "")
    }
}

extension Explanation.Part {
    fileprivate var line: String {
        let word = self.match.rawValue
        let padding = String(repeating: " ", count: 4 - word.count)
        let remedy =
            switch (self.remedy, self.reason) {
            case (let remedy?, let reason?): " (\(remedy.word), \(reason.rawValue))"
            default: ""
            }
        return "  \(word)\(padding)  \(self.text)\(remedy)"
    }
}
