internal import PolicyDSL

/// Reads policies for commands that need a sound set.
enum PolicyLoading {
    /// The set of all files; ends the command with status 3 where anything is wrong with them.
    static func load(_ paths: [String], format: ResultFormat) throws -> PolicySet {
        let reading = PolicyReading(try PolicyFiles.sources(paths))
        guard let policies = reading.policySet else {
            var report = DiagnosticReport()
            report.add(reading.diagnostics, in: reading.sources)
            try report.write(format == .json ? .json : .text)
            throw ExitStatus.invalid.exit
        }
        return policies
    }
}
