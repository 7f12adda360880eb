package import PolicyDSL

/// A policy set as a page of Markdown, for people who have to sign it off.
package struct AuditPage: Sendable {
    private let reading: PolicyReading
    private let set: PolicySet
    private let now: Instant
    private let coverage: TestCoverage
    private let report: TestReport
    private let findings: [Finding]
    private let limitation: String?

    /// Describes a set as it stands at `now`; nil where it is not sound.
    package init?(_ reading: PolicyReading, now: Instant, limits: PolicyAnalysis.Limits) {
        guard let set = reading.policySet,
            let lint = Lint(reading, now: now, options: Lint.Options(limits: limits))
        else { return nil }
        self.reading = reading
        self.set = set
        self.now = now
        self.coverage = TestCoverage(set, reading.tests, at: now)
        self.report = set.run(reading.tests, at: now)
        self.findings = lint.findings
        self.limitation = lint.limitation
    }
}

extension AuditPage {
    package var text: String {
        let sections = [
            self.opening, self.admission, self.enforced, self.projected, self.over, self.pages,
            self.tests, self.advice,
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private var opening: [String] {
        let files = self.reading.sources.map { "`\($0.name)`" }.joined(separator: ", ")
        return [
            "# Who may do what", "",
            "Revision `\(self.set.revision)` of \(files), as it stands at \(self.now).",
            "Whoever no sentence under \"Who may come in\" names is refused. Whoever comes in must",
            "then satisfy every policy that names them; the order of policies means nothing.",
        ]
    }

    private var admission: [String] {
        ["## Who may come in", ""] + self.set.resolved.admits.map { "- \($0.sentence.asMarkdown)" }
    }

    private var enforced: [String] {
        self.section("What is asked for", self.policies(in: .enforced))
    }

    private var projected: [String] {
        let policies = self.policies(in: .projected)
        guard !policies.isEmpty else { return [] }
        return self.section("What is not enforced yet", policies)
    }

    private var over: [String] {
        let policies = self.policies(in: .over)
        guard !policies.isEmpty else { return [] }
        return self.section("What is over", policies)
    }

    private func policies(in phase: Policy.Phase) -> [Policy] {
        self.set.resolved.policies.filter { $0.phase(at: self.now) == phase }
            .sorted { $0.name < $1.name }
    }

    private func section(_ title: String, _ policies: [Policy]) -> [String] {
        var lines = ["## \(title)", "", "| policy | in plain words | because | tested |"]
        lines.append("|---|---|---|---|")
        for policy in policies {
            let cells = [
                "`\(policy.name)`" + (policy.title.map { ": \($0)" } ?? ""), policy.sentence,
                policy.because ?? "",
                self.coverage.unseen.contains(policy.name) ? "in part" : "yes",
            ]
            lines.append("| \(cells.map(\.asMarkdownCell).joined(separator: " | ")) |")
        }
        if policies.isEmpty { lines.append("| none | | | |") }
        return lines
    }

    private var pages: [String] {
        let pages = self.set.pages
        let named: [(String, Page?)] = [
            ("to sign in", pages.signIn), ("to prove a second factor", pages.stepUp),
            ("to set up a factor", pages.enroll), ("to manage factors", pages.factors),
        ]
        let lines = named.compactMap { purpose, page in
            page.map { "- \(purpose): \($0.target.plainWords)" }
        }
        return lines.isEmpty ? [] : ["## Where people are sent", ""] + lines
    }

    private var tests: [String] {
        let coverage = self.coverage
        let cases = self.report.passed + self.report.failures.count
        var lines = [
            "## How this is tested", "",
            "- \(cases) cases, of which \(self.report.failures.count) fail.",
            "- \(coverage.policies.part) of \(coverage.policies.whole) policies are seen both to let "
                + "somebody pass and to stop somebody.",
            "- \(coverage.cells.part) of \(coverage.cells.whole) kinds of answers are seen.",
            "- Of \(coverage.mutants) small mistakes made on purpose, the tests would not notice "
                + "\(coverage.survivors.count).",
        ]
        lines += coverage.unseen.sorted().map { "- Not seen both ways: `\($0)`." }
        return lines
    }

    private var advice: [String] {
        var lines = ["## What the tools say about it", ""]
        lines += self.findings.map { finding in
            let diagnostic = finding.diagnostic
            let place =
                diagnostic.location(in: self.reading.sources)
                .map { " (`\($0.file)`, line \($0.start.line))" } ?? ""
            return "- \(diagnostic.severity.rawValue) \(diagnostic.code.rawValue): "
                + "\(diagnostic.message.asMarkdown)\(place)"
        }
        if self.findings.isEmpty { lines.append("- Nothing.") }
        if let limitation = self.limitation { lines.append("- \(limitation)") }
        return lines
    }
}

extension Page.Target {
    fileprivate var plainWords: String {
        switch self {
        case .path(let path): "`\(path)`"
        case .url(let url): "`\(url)`"
        case .builtin: "a page of Gatekeeper's own"
        }
    }
}

extension String {
    /// The text with its markup quoted; what stands between backticks is code and stays.
    fileprivate var asMarkdown: String {
        var isCode = false
        var text = ""
        for character in self {
            switch character {
            case "`":
                isCode.toggle()
                text.append(character)
            case "<", ">", "[", "]", "*", "_", "\\", "&":
                text += isCode ? "\(character)" : "\\\(character)"
            case _ where character.isNewline: text.append(" ")
            default: text.append(character)
            }
        }
        return text
    }

    fileprivate var asMarkdownCell: String {
        self.asMarkdown.map { $0 == "|" ? "\\|" : "\($0)" }.joined()
    }
}
