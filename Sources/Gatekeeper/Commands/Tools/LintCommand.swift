internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper lint`: advice about policies that are sound.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Finds what will surprise the authors of policies, or their users.",
        discussion: """
            gatekeeper lint policies/
            gatekeeper lint --fix --fail-on warning console.policy
            gatekeeper lint --format sarif policies/ > lint.sarif

            Each path is a set of its own, as for `test`. A comment `# allow GK207: reason` inside
            a policy, or right above it, takes one finding back. Exits with 4 where a finding is
            at least as bad as --fail-on.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Option(help: "error, warning or info: the least that makes the command fail.")
    var failOn: FailureThreshold = .error

    @Flag(help: "Repairs what can be repaired without a decision of yours.")
    var fix = false

    @Option(help: ArgumentHelp("A path segment that is sensitive too.", valueName: "segment"))
    var sensitive: [String] = []

    @Option(help: "The moment that dates are held against; now unless given.")
    var at: InstantArgument?

    @Option(help: "text, plain, json, sarif or github.")
    var format: DiagnosticFormat = .text

    func validate() throws {
        guard !(self.fix && self.paths.contains("-")) else {
            throw ValidationError("standard input cannot be rewritten; leave --fix out")
        }
    }

    func run() throws {
        var options = Lint.Options()
        options.sensitiveSegments.formUnion(self.sensitive)
        let now = self.at?.instant ?? .thisSecond
        var report = DiagnosticReport()
        var isSound = true
        for set in PolicyFiles.sets(self.paths) {
            let reading = PolicyReading(try PolicyFiles.sources(set))
            guard let lint = Lint(reading, now: now, options: options) else {
                report.add(reading.diagnostics, in: reading.sources)
                isSound = false
                continue
            }
            report.add(try self.repaired(lint.findings, in: reading.sources), in: reading.sources)
            if let limitation = lint.limitation { try Console.note("note: \(limitation)") }
        }
        try report.write(self.format)
        guard isSound else { throw ExitStatus.invalid.exit }
        if report.reaches(self.failOn.severity) { throw ExitStatus.findings.exit }
    }

    /// The findings that remain once those with a repair are repaired.
    private func repaired(
        _ findings: [Finding],
        in sources: [PolicySource]
    ) throws(CommandFailure) -> [Finding] {
        guard self.fix else { return findings }
        for finding in findings {
            guard let text = finding.repair else { continue }
            let name = sources[finding.diagnostic.span.source].name
            try OutputFile.replace(name, with: Array(text.utf8))
            try Console.note("repaired `\(name)`: \(finding.diagnostic.message)")
        }
        return findings.filter { $0.repair == nil }
    }
}

/// The least severity that makes a command fail.
enum FailureThreshold: String, CaseIterable, ExpressibleByArgument {
    case error
    case warning
    case info

    var severity: Diagnostic.Severity {
        switch self {
        case .error: .error
        case .warning: .warning
        case .info: .info
        }
    }
}
