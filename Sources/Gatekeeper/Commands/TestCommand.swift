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

            Each path is a set of its own: a folder means its `*.policy` files together, and with
            `NAME.policy` the tests of a `NAME.test.policy` beside it run as well.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func run() throws {
        var diagnostics = DiagnosticReport()
        var passed = 0
        var failures: [(failure: TestFailure, sources: [PolicySource])] = []
        let now = Instant.now
        for set in PolicyFiles.sets(self.paths) {
            let reading = PolicyReading(try PolicyFiles.sources(set))
            guard let policies = reading.policySet else {
                diagnostics.add(reading.diagnostics, in: reading.sources)
                continue
            }
            let report = policies.run(reading.tests, at: now)
            passed += report.passed
            failures += report.failures.map { ($0, reading.sources) }
        }
        guard diagnostics.findings.isEmpty else {
            try diagnostics.write(self.format == .json ? .json : .text)
            throw ExitStatus.invalid.exit
        }
        switch self.format {
        case .json:
            let object: JSONValue = [
                "passed": .integer(Int64(passed)),
                "failed": .integer(Int64(failures.count)),
                "failures": .array(failures.map { $0.failure.json(in: $0.sources) }),
            ]
            try Console.write(object.serialized() + "\n")
        case .text:
            for (failure, sources) in failures {
                try Console.note(failure.text(in: sources) + "\n")
            }
            try Console.write("\(passed) passed, \(failures.count) failed\n")
        }
        if !failures.isEmpty { throw ExitStatus.testsFailed.exit }
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
