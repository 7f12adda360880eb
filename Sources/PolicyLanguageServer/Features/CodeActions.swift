internal import JSON
internal import PolicyDSL

// What the editor can do about a finding.
extension DocumentInSet {
    func actions(in range: TextRange, for diagnostics: SetDiagnostics) -> JSONValue {
        let findings = diagnostics.findings.filter { finding in
            finding.diagnostic.span.source == self.index
                && self.text.range(of: finding.diagnostic.span).touches(range)
        }
        return .array(findings.flatMap(self.actions))
    }

    private func actions(for finding: Finding) -> [JSONValue] {
        let diagnostic = finding.diagnostic
        var actions: [JSONValue] = []
        if let repair = finding.repair {
            actions.append(
                self.action("repair: \(diagnostic.message)", diagnostic, self.text.whole, repair)
            )
        }
        for word in diagnostic.suggestions {
            actions.append(
                self.action(
                    "write `\(word)`",
                    diagnostic,
                    self.text.range(of: diagnostic.span),
                    word
                )
            )
        }
        if diagnostic.code.isAdvice, diagnostic.code != .idleSuppression,
            diagnostic.code != .layout, let item = self.item(of: diagnostic)
        {
            let start = self.text.position(of: item.start)
            actions.append(
                self.action(
                    "allow \(diagnostic.code.rawValue) here, and say why",
                    diagnostic,
                    TextRange(start: start, end: start),
                    "# allow \(diagnostic.code.rawValue): \n"
                )
            )
        }
        return actions
    }

    private func item(of diagnostic: Diagnostic) -> SourceSpan? {
        self.set.item(at: diagnostic.span.start, in: self.index)?.span
    }

    private func action(
        _ title: String,
        _ diagnostic: Diagnostic,
        _ range: TextRange,
        _ text: String
    ) -> JSONValue {
        [
            "title": .string(title),
            "kind": "quickfix",
            "diagnostics": [diagnostic.json(in: self.text)],
            "edit": [
                "changes": .object([
                    self.address.uri: [["range": range.json, "newText": .string(text)]]
                ])
            ],
        ]
    }
}

extension Diagnostic {
    /// The words that a help like "did you mean `a` or `b`?" offers for the words it stands at.
    fileprivate var suggestions: [String] {
        guard let help = self.help, help.hasPrefix("did you mean `") else { return [] }
        let pieces = help.split(separator: "`", omittingEmptySubsequences: false)
        let words = pieces.enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
        // A help of several words speaks of more than the span.
        return words.filter { !$0.contains(" ") }
    }
}
