internal import PolicyDSL

/// Reads configurations for commands that need a sound one.
enum ConfigurationLoading {
    /// The configuration; ends the command with status 3 where anything is wrong with it.
    static func load(_ path: String, format: ResultFormat) throws -> Configuration {
        let loaded = try Self.read(path)
        guard let configuration = loaded.configuration else {
            var report = DiagnosticReport()
            report.add(loaded.problems, in: loaded.source)
            try report.write(format == .json ? .json : .text)
            throw ExitStatus.invalid.exit
        }
        return configuration
    }

    /// What reading the file came to, sound or not.
    static func read(_ path: String) throws(CommandFailure) -> LoadedConfiguration {
        let surroundings = ConfigurationSurroundings.process
        return LoadedConfiguration(
            text: try InputFile.read(path),
            name: path,
            folder: surroundings.folder(of: path),
            surroundings: surroundings
        )
    }
}

extension DiagnosticReport {
    mutating func add(_ problems: [ConfigurationProblem], in source: PolicySource) {
        for problem in problems {
            self.add(
                Finding(
                    code: problem.code,
                    severity: problem.severity,
                    location: problem.location(in: source),
                    message: problem.message,
                    help: problem.help,
                    text: problem.text(in: source),
                    plain: problem.plain(in: source)
                )
            )
        }
    }
}
