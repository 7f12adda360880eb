internal import ArgumentParser

/// The one binary: the sidecar and the tools around it.
@main
struct GatekeeperCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatekeeper",
        abstract: "Stands in front of an app and asks for the second factor where policies say so.",
        subcommands: [
            ServeCommand.self, CheckCommand.self, ExplainCommand.self, VerifyCommand.self,
            TestCommand.self, FmtCommand.self, LintCommand.self, AnalyzeCommand.self,
            DiffCommand.self, ReplayCommand.self, ExportCommand.self, ImportCommand.self,
            LanguageServerCommand.self, ConfigCommand.self, KeysCommand.self,
        ]
    )

    /// Runs the command; usage errors end with our own status instead of the parser's 64.
    static func main() async {
        do {
            var command = try Self.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Self.finish(error)
        }
    }

    private static func finish(_ error: any Error) -> Never {
        if let failure = error as? CommandFailure {
            Self.report("error: \(failure)")
            Self.exit(withError: failure.status.exit)
        }
        let status = Self.exitCode(for: error)
        let isOurs = error is ExitCode || status == .success
        if isOurs { Self.exit(withError: error) }
        Self.report(Self.fullMessage(for: error))
        Self.exit(withError: ExitStatus.failed.exit)
    }

    // Standard error may be gone; there is nobody left to tell.
    private static func report(_ message: String) {
        do {
            try Console.note(message)
        } catch {
            Self.exit(withError: ExitStatus.failed.exit)
        }
    }
}
