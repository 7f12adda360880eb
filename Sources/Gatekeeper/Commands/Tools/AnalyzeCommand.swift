internal import ArgumentParser
internal import Dispatch
internal import JSON
internal import PolicyDSL

/// `gatekeeper analyze`: what a set does to every kind of request and session.
struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Tries every kind of session on every kind of route, and tells what stands out.",
        discussion: """
            gatekeeper analyze policies/

            Finds policies that never apply, never ask or never decide, callers whom no step leads
            in, redirects that go in a circle; and says what a silent directory blocks, what each
            date changes and what enforcing a monitor would. Exits with 4 where a finding is at
            least as bad as --fail-on.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Option(help: "error, warning or info: the least that makes the command fail.")
    var failOn: FailureThreshold = .error

    @Option(help: "The most sessions that are tried.")
    var limit: Int = PolicyAnalysis.Limits().cells

    @Option(help: "The moment to begin from; now unless given.")
    var at: InstantArgument?

    @Option(help: "text, plain, json, sarif or github.")
    var format: DiagnosticFormat = .text

    func validate() throws {
        guard self.limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() throws {
        var report = DiagnosticReport()
        var summaries: [AnalysisSummary] = []
        var isSound = true
        for set in PolicyFiles.sets(self.paths) {
            let reading = PolicyReading(try PolicyFiles.sources(set))
            let analyzed = AnalysisSummary(
                reading,
                now: self.at?.instant ?? .thisSecond,
                limits: .init(cells: self.limit),
                run: DispatchQueue.concurrentPerform
            )
            guard let analyzed else {
                report.add(reading.diagnostics, in: reading.sources)
                isSound = false
                continue
            }
            report.add(analyzed.findings, in: reading.sources)
            summaries.append(analyzed)
        }
        if self.format == .json, isSound {
            try Console.write(Self.json(report, summaries).serialized() + "\n")
        } else {
            try report.write(self.format)
        }
        guard isSound else { throw ExitStatus.invalid.exit }
        if self.format == .text || self.format == .plain {
            for summary in summaries { try Console.write(summary.text) }
        }
        if report.reaches(self.failOn.severity) { throw ExitStatus.findings.exit }
    }

    private static func json(
        _ report: DiagnosticReport,
        _ summaries: [AnalysisSummary]
    ) -> JSONValue {
        var object = report.json
        object["exhaustive"] = .bool(summaries.allSatisfy { $0.limitation == nil })
        object["limitation"] = summaries.lazy.compactMap(\.limitation).first.map(JSONValue.string)
        object["atoms"] = .integer(Int64(summaries.reduce(0) { $0 + $1.atoms }))
        object["cells"] = .integer(Int64(summaries.reduce(0) { $0 + $1.cells }))
        object["outage"] = .array(
            summaries.flatMap(\.outages).map { outage in
                [
                    "policy": .string(outage.policy), "route": .string(outage.route),
                    "sessions": .string(outage.sessions), "outcome": .string(outage.outcome.word),
                    "witness": outage.witness.json,
                ]
            }
        )
        object["dates"] = .array(summaries.flatMap(\.dates).map(\.json))
        object["monitors"] = .array(summaries.flatMap(\.monitors).map(\.json))
        return .object(object)
    }
}

extension AnalysisSummary.Turn {
    fileprivate var json: JSONValue {
        [
            "what": .string(self.title),
            "changes": .array(self.changes.map(\.json)),
        ]
    }
}
