extension TestFailure {
    /// Words of a source, and what is said about them.
    private struct Remark {
        let span: SourceSpan
        let text: String
    }

    /// The failure as people read it: what came instead under the words that failed, and under the
    /// words that asked for it the facts that they looked at.
    package func text(in sources: [PolicySource]) -> String {
        let headline = "failed: test \(Spelling.quoted(self.test)), case \(self.number)"
        let remarks = self.remarks(in: sources).filter { sources.indices.contains($0.span.source) }
        let width = remarks.map { String(Self.line(of: $0, in: sources)).utf8.count }.max() ?? 1
        let gutter = String(repeating: " ", count: width)
        var lines = [headline]
        var last: (source: Int, line: Int)?
        for remark in remarks {
            let source = sources[remark.span.source]
            let position = source.position(at: remark.span.start)
            let snippet = Snippet(source: source, span: remark.span)
            if last?.source != remark.span.source {
                let place = "\(Spelling.shown(source.name)):\(position.line):\(position.column)"
                lines.append("\(gutter)--> \(place)")
            }
            if last?.source != remark.span.source || last?.line != position.line {
                let number = String(position.line)
                let padding = String(repeating: " ", count: width - number.utf8.count)
                lines.append("\(padding)\(number) | \(snippet.line)")
            }
            last = (remark.span.source, position.line)
            lines.append("\(gutter) | \(snippet.underline) \(remark.text)")
        }
        return (lines + self.notes(in: sources).map { "\(gutter) = \($0)" }).joined(separator: "\n")
    }

    private static func line(of remark: Remark, in sources: [PolicySource]) -> Int {
        sources[remark.span.source].position(at: remark.span.start).line
    }

    /// The words of the case that do not hold, then those of the policies that stopped it.
    private func remarks(in sources: [PolicySource]) -> [Remark] {
        let words =
            self.decision.outcome == self.expected.value
            ? self.bystanders.map { Remark(span: $0.span, text: "did not decide") }
            : [Remark(span: self.expected.span, text: "got \(self.decision.outcome.word)")]
        let grounds = self.grounds.compactMap { ground in
            ground.place(in: sources).map { Remark(span: $0, text: ground.text) }
        }
        return words + grounds
    }

    /// What no word of the sources says: a refused admission, all facts, the request.
    private func notes(in sources: [PolicySource]) -> [String] {
        let entries = self.grounds.filter { $0.place(in: sources) == nil }.map(\.entry.note)
        return (self.grounds.isEmpty ? ["no policy asked for anything"] : entries)
            + ["facts: \(self.facts.text(at: self.now))"]
            + ["request: \(self.request.text), at \(self.now)"]
    }
}

extension TestGround {
    fileprivate var text: String {
        let facts = self.facts.isEmpty ? "" : ": \(self.facts.joined(separator: ", "))"
        return Spelling.shown("\(self.entry.answer)\(facts)", limit: 300)
    }
}

extension Entry {
    fileprivate var note: String { "\(self.policy ?? "admission"): \(self.answer)" }

    fileprivate var answer: String {
        let means =
            self.using.words.isEmpty ? "" : " using " + self.using.words.joined(separator: ", ")
        let doubt = self.certainty == .assumed ? ", assumed" : ""
        return "\(self.remedy.word)\(means) (\(self.reason.rawValue)\(doubt))"
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
            words.append(self.levelWord)
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
        return [self.createdWords, self.factorWords]
    }
}
