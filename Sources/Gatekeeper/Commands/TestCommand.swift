internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper test`: runs the tests that stand in policy files and beside them.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests of policies.",
        discussion: """
            gatekeeper test policies/opted-in-only.policy
            gatekeeper test --watch policies/          # again after every change, until Control-C

            Each path is a set of its own: a folder means its `*.policy` files together, and with
            `NAME.policy` the tests of a `NAME.test.policy` beside it run as well.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Flag(help: "Tells what the tests have not seen, and which mistakes they would not notice.")
    var coverage = false

    @Option(help: "The least share of policies that tests must see both ways, from 0 to 1.")
    var threshold: Double?

    @Flag(help: "Runs the tests again whenever one of the files changes.")
    var watch = false

    @Option(help: "text, json or junit.")
    var format: TestFormat = .text

    func validate() throws {
        guard !self.watch || self.format == .text else {
            throw ValidationError("--watch prints text; leave --format out")
        }
        guard !self.watch || !self.paths.contains("-") else {
            throw ValidationError("standard input cannot be watched")
        }
        guard let threshold = self.threshold else { return }
        guard (0...1).contains(threshold) else {
            throw ValidationError("--threshold is a share, from 0 to 1")
        }
    }

    func run() throws {
        guard self.watch else {
            let status = try self.runOnce()
            if status != .fine { throw status.exit }
            return
        }
        var seen = FileFingerprints(of: self.paths)
        while true {
            do throws(CommandFailure) {
                _ = try self.runOnce()
            } catch {
                // A file that is being replaced may be gone for a moment.
                try Console.note("error: \(error)")
            }
            try Console.note("waiting for a change")
            seen = seen.next()
        }
    }

    private func runOnce() throws(CommandFailure) -> ExitStatus {
        var diagnostics = DiagnosticReport()
        var run = TestRun()
        let now = Instant.now
        let isCovered = self.coverage || self.threshold != nil || self.format == .json
        for set in PolicyFiles.sets(self.paths) {
            let reading = PolicyReading(try PolicyFiles.sources(set))
            guard let policies = reading.policySet else {
                diagnostics.add(reading.diagnostics, in: reading.sources)
                continue
            }
            let coverage = isCovered ? TestCoverage(policies, reading.tests, at: now) : nil
            let report = policies.run(reading.tests, at: now)
            run.add(report, reading, coverage: coverage)
        }
        guard diagnostics.findings.isEmpty else {
            try diagnostics.write(self.format == .json ? .json : .text)
            return .invalid
        }
        switch self.format {
        case .json: try Console.write(run.json.serialized() + "\n")
        case .junit: try Console.write(run.junit)
        case .text:
            for failure in run.failures { try Console.note(failure.text + "\n") }
            try Console.write(run.text)
        }
        if !run.failures.isEmpty { return .testsFailed }
        if let threshold = self.threshold, run.policies < threshold {
            try Console.note(
                "the tests see a share of \(run.policies); --threshold is \(threshold)"
            )
            return .findings
        }
        return .fine
    }
}

/// How the result of tests is written.
enum TestFormat: String, CaseIterable, ExpressibleByArgument {
    case text
    case json
    /// XML as build servers read it.
    case junit
}
