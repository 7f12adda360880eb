/// The comments `# allow GK207: reason` of a set.
///
/// One inside an item speaks for that item, one outside for the item that follows.
struct Suppressions {
    fileprivate struct Suppression {
        let comment: Comment
        let code: String
        let reason: String
        /// The bytes whose findings it speaks for.
        let scope: SourceSpan
    }

    private let suppressions: [Suppression]

    init(_ reading: PolicyReading) {
        self.suppressions = reading.parsed.flatMap { parsed in
            parsed.comments.compactMap { Self.suppression($0, in: parsed) }
        }
    }

    /// The findings that remain, and one for every suppression that is idle.
    func applied(to findings: [Finding]) -> (kept: [Finding], idle: [Finding]) {
        var used: Set<Int> = []
        let kept = findings.filter { finding in
            let speaking = self.suppressions.indices.filter { index in
                self.suppressions[index].speaks(for: finding.diagnostic)
            }
            used.formUnion(speaking)
            return speaking.isEmpty
        }
        let idle = self.suppressions.indices.filter { !used.contains($0) }
        return (kept, idle.map { Finding(self.suppressions[$0].complaint) })
    }

    private static func suppression(_ comment: Comment, in parsed: ParsedSource) -> Suppression? {
        let words = comment.text.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "allow", words[1].hasPrefix("GK") else { return nil }
        let code = words[1].prefix { $0 != ":" }
        let rest = comment.text.split(separator: ":", maxSplits: 1).dropFirst().first ?? ""
        let items = parsed.tree.items.map(\.span)
        let item =
            items.first { $0.start <= comment.span.start && comment.span.start < $0.end }
            ?? items.first { parsed.stand($0, onLineOf: comment) }
            ?? items.first { comment.span.end <= $0.start }
        let start = min(item?.start ?? comment.span.start, comment.span.start)
        let isFirst = item == items.first
        return Suppression(
            comment: comment,
            code: String(code),
            reason: String(rest.drop { $0 == " " }),
            scope: SourceSpan(
                source: comment.span.source,
                start: isFirst ? 0 : start,
                end: max(item?.end ?? comment.span.end, comment.span.end)
            )
        )
    }
}

extension ParsedSource {
    /// Whether an item ends on the line that a comment closes.
    fileprivate func stand(_ item: SourceSpan, onLineOf comment: Comment) -> Bool {
        !comment.ownsLine && item.end <= comment.span.start
            && self.source.position(at: item.end).line
                == self.source.position(at: comment.span.start).line
    }
}

extension Suppressions.Suppression {
    fileprivate func speaks(for diagnostic: Diagnostic) -> Bool {
        !self.reason.isEmpty && diagnostic.code.rawValue == self.code
            && diagnostic.span.source == self.scope.source
            && self.scope.start <= diagnostic.span.start && diagnostic.span.start <= self.scope.end
    }

    fileprivate var complaint: Diagnostic {
        let isKnown = DiagnosticCode.advice.contains { $0.rawValue == self.code }
        guard isKnown else {
            return Diagnostic(
                .idleSuppression,
                severity: .warning,
                at: self.comment.span,
                "\(Spelling.quoted(self.code)) is no rule of lint",
                help: "rules are GK201 to GK226"
            )
        }
        guard !self.reason.isEmpty else {
            return Diagnostic(
                .idleSuppression,
                severity: .warning,
                at: self.comment.span,
                "suppression of \(self.code) without a reason",
                help: "say why: `# allow \(self.code): the reason`"
            )
        }
        return Diagnostic(
            .idleSuppression,
            severity: .warning,
            at: self.comment.span,
            "suppression of \(self.code) that suppresses nothing",
            help: "take it away; there is no such finding here any more"
        )
    }
}
