internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper config`: the configuration, before anything runs on it.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Validates or prints a configuration.",
        subcommands: [Check.self, Print.self]
    )

    /// `gatekeeper config check`.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Finds every problem of a configuration and its policies at once."
        )

        @Option(help: "The configuration file.")
        var config = "gatekeeper.yaml"

        @Option(help: "text, plain, json, sarif or github.")
        var format: DiagnosticFormat = .text

        func run() throws {
            let loaded = try ConfigurationLoading.read(self.config)
            var report = DiagnosticReport()
            report.add(loaded.problems, in: loaded.source)
            report.add(loaded.problemsOfFiles(.process), in: loaded.source)
            if let policy = loaded.policy {
                try Self.checkPolicies(at: policy, loaded: loaded, report: &report)
            }
            try report.write(self.format)
            if report.reaches(.error) { throw ExitStatus.invalid.exit }
            if self.format == .text || self.format == .plain {
                try Console.write("\(self.config) is valid\n")
            }
        }

        private static func checkPolicies(
            at path: String,
            loaded: LoadedConfiguration,
            report: inout DiagnosticReport
        ) throws(CommandFailure) {
            let reading: PolicyReading
            do throws(CommandFailure) {
                reading = PolicyReading(try PolicyFiles.sources([path]))
            } catch {
                // What was found until here must not be lost.
                guard !report.reaches(.error) else { return }
                throw error
            }
            report.add(reading.diagnostics, in: reading.sources)
            guard let policies = reading.policySet else { return }
            report.add(
                loaded.problems(with: PolicyRequirements(of: policies)),
                in: loaded.source
            )
        }
    }

    /// `gatekeeper config print`.
    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints the configuration with its defaults, secrets hidden."
        )

        @Option(help: "The configuration file.")
        var config = "gatekeeper.yaml"

        @Option(help: "text (YAML) or json.")
        var format: ResultFormat = .text

        func run() throws {
            let configuration = try ConfigurationLoading.load(self.config, format: self.format)
            switch self.format {
            case .text: try Console.write(configuration.yaml)
            case .json:
                try Console.write(configuration.document.serialized(pretty: true) + "\n")
            }
        }
    }
}
