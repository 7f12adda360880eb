internal import PolicyDSL

/// A configuration with its policies, read together and found safe together.
struct Ruleset {
    let configuration: Configuration
    let policies: PolicySet

    /// Why the files are not in force.
    enum Problem: Error {
        /// Everything that is wrong with them.
        case invalid(DiagnosticReport)
        case unreadable(CommandFailure)
    }

    /// Reads the files at `path`; nothing is half read.
    ///
    /// - `report`: takes the warnings of a ruleset that may be used.
    static func read(
        _ path: String,
        report: inout DiagnosticReport
    ) throws(Problem) -> Ruleset {
        let loaded: LoadedConfiguration
        let reading: PolicyReading
        do throws(CommandFailure) {
            loaded = try ConfigurationLoading.read(path)
            report.add(loaded.problems, in: loaded.source)
            guard let configuration = loaded.configuration else { throw Self.nothing }
            reading = PolicyReading(try PolicyFiles.sources([configuration.policy]))
        } catch {
            guard report.findings.isEmpty else { throw .invalid(report) }
            throw .unreadable(error)
        }
        report.add(reading.diagnostics, in: reading.sources)
        guard let configuration = loaded.configuration, let policies = reading.policySet else {
            throw .invalid(report)
        }
        report.add(loaded.problems(with: PolicyRequirements(of: policies)), in: loaded.source)
        report.add(loaded.problemsOfFiles(.process), in: loaded.source)
        guard !report.reaches(.error) else { throw .invalid(report) }
        return Ruleset(configuration: configuration, policies: policies)
    }

    // Stands for findings that are in the report already.
    private static let nothing = CommandFailure("the configuration is invalid")
}
