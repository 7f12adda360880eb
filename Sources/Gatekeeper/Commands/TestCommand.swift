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

            A folder means its `*.policy` files as one set. With `NAME.policy` the tests of a
            `NAME.test.policy` beside it run as well.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func run() throws {
        let reading = PolicyReading(try PolicyFiles.sources(PolicyFiles.withTests(self.paths)))
        guard let policies = reading.policySet else {
            var report = DiagnosticReport()
            report.add(reading.diagnostics, in: reading.sources)
            try report.write(self.format == .json ? .json : .text)
            throw ExitStatus.invalid.exit
        }
        let report = policies.run(reading.tests, at: .now)
        switch self.format {
        case .json: try Console.write(report.json(in: reading.sources).serialized() + "\n")
        case .text: try self.write(report, in: reading.sources)
        }
        if report.hasFailed { throw ExitStatus.testsFailed.exit }
    }

    private func write(_ report: TestReport, in sources: [PolicySource]) throws {
        for failure in report.failures { try Console.note(failure.text(in: sources) + "\n") }
        try Console.write("\(report.passed) passed, \(report.failures.count) failed\n")
    }
}

extension TestReport {
    /// The report as programs read it.
    fileprivate func json(in sources: [PolicySource]) -> JSONValue {
        [
            "passed": .integer(Int64(self.passed)),
            "failed": .integer(Int64(self.failures.count)),
            "failures": .array(self.failures.map { $0.json(in: sources) }),
        ]
    }
}

extension TestFailure {
    fileprivate func json(in sources: [PolicySource]) -> JSONValue {
        var object: JSONObject = [
            "test": .string(self.test),
            "case": .integer(Int64(self.number)),
            "expected": .string(self.expected.value.word),
            "got": .string(self.decision.outcome.word),
        ]
        if sources.indices.contains(self.span.source) {
            let source = sources[self.span.source]
            object["file"] = .string(source.name)
            object["line"] = .integer(Int64(source.position(at: self.span.start).line))
        }
        if !self.bystanders.isEmpty {
            object["did_not_decide"] = .array(self.bystanders.map { .string($0.value) })
        }
        return .object(object)
    }
}
