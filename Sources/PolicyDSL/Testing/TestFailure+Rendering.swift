extension TestFailure {
    /// The failure as people read it: the case, what came instead under the words that failed, and
    /// the facts that led there.
    package func text(in sources: [PolicySource]) -> String {
        let headline = "failed: test \(Spelling.quoted(self.test)), case \(self.number)"
        guard sources.indices.contains(self.span.source) else {
            return ([headline] + self.notes.map { "  = \($0)" }).joined(separator: "\n")
        }
        let source = sources[self.span.source]
        let words = self.words
        let first = words.first?.span ?? self.span
        let position = source.position(at: first.start)
        let number = String(position.line)
        let gutter = String(repeating: " ", count: number.utf8.count)
        var lines = [
            headline,
            "\(gutter)--> \(Spelling.shown(source.name)):\(position.line):\(position.column)",
            "\(number) | \(Snippet(source: source, span: first).line)",
        ]
        for word in words {
            let underline = Snippet(source: source, span: word.span).underline
            lines.append("\(gutter) | \(underline) \(word.remark)")
        }
        return (lines + self.notes.map { "\(gutter) = \($0)" }).joined(separator: "\n")
    }

    /// The words of the case that do not hold, and what holds instead.
    private var words: [(span: SourceSpan, remark: String)] {
        guard self.decision.outcome == self.expected.value else {
            return [(self.expected.span, "got \(self.decision.outcome.word)")]
        }
        return self.bystanders.map { ($0.span, "did not decide") }
    }

    /// Who asked for what, and on which facts.
    private var notes: [String] {
        let entries = self.decision.enforced.map(\.note)
        return (entries.isEmpty ? ["no policy asked for anything"] : entries)
            + ["facts: \(self.facts.text(at: self.now))"]
            + ["request: \(self.request.text), at \(self.now)"]
    }
}

extension Entry {
    fileprivate var note: String {
        let who = self.policy ?? "admission"
        let what = self.demand.map { " wants `\($0)`" } ?? ""
        let means =
            self.using.words.isEmpty ? "" : " using " + self.using.words.joined(separator: ", ")
        let doubt = self.certainty == .assumed ? ", assumed" : ""
        return "\(who)\(what): \(self.remedy.word)\(means) (\(self.reason.rawValue)\(doubt))"
    }
}

extension AccessRequest {
    fileprivate var text: String {
        switch self.host {
        case .unknown: "\(self.method) \(self.path), host unknown"
        case .known(let host): "\(self.method) \(self.path) at \(host)"
        }
    }
}

extension TestFacts {
    /// Everything the decision could look at, what was left unsaid too.
    fileprivate func text(at now: Instant) -> String {
        var words = [self.subjectClass.word]
        if self.subjectClass != .visitor {
            words.append((self.level ?? .aal1) == .aal1 ? "aal1" : "aal2")
        }
        for method in AuthenticationMethod.allCases {
            guard let ago = self.methods[method] else { continue }
            words.append(method.word + (ago.map { " \($0) ago" } ?? " at an unknown time"))
        }
        if let role = self.role { words.append("role \"\(role)\"") }
        if let id = self.id { words.append("id \"\(id)\"") }
        for (path, values) in self.claims.sorted(by: { $0.key < $1.key }) {
            words.append("claim \(path) " + values.map { "\"\($0)\"" }.joined(separator: ", "))
        }
        return Spelling.shown((words + self.directoryWords).joined(separator: ", "), limit: 500)
    }

    private var directoryWords: [String] {
        guard self.subjectClass.hasDirectoryFacts else { return [] }
        if self.isUnknownUser { return ["unknown to the directory"] }
        let factors = self.factors.map { counts in
            counts.isEmpty
                ? "no factors"
                : "factors " + counts.types.map(\.rawValue).joined(separator: ", ")
        }
        return [
            self.created.map { "created \($0)" } ?? "created unknown",
            factors ?? "factors unknown",
        ]
    }
}
