internal import ArgumentParser
internal import DemoAuthority

/// What surrounds Gatekeeper in the examples: issuers, applications, people.
///
/// Never part of the sidecar.
@main
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatekeeper-demo",
        abstract: "The issuers and applications that Gatekeeper's examples run with.",
        subcommands: [
            AuthorityCommand.self, QuickstartCommand.self, SupabaseCommand.self,
            ClerkCommand.self, OpenIDConnectCommand.self,
        ]
    )
}

/// `gatekeeper-demo quickstart`: keys, personas and the example application.
struct QuickstartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quickstart",
        abstract: "Makes the quickstart's keys, users and tokens, and serves its application.",
        subcommands: [Prepare.self, Serve.self, Guide.self]
    )

    /// Writes the files.
    struct Prepare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes keys (once), the user directory and fresh tokens."
        )

        @Argument(help: "The folder for the files.")
        var folder: String

        func run() async throws {
            try QuickstartState(folder: self.folder).writeFiles(now: DemoFiles.now)
        }
    }

    /// Serves the application.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serves the application.")

        @Argument(help: "The folder with the files.")
        var folder: String

        @Option(help: "The port on 127.0.0.1; 0 picks one and prints it.")
        var port = 8088

        func run() async throws {
            let app = QuickstartApp(state: try QuickstartState(folder: self.folder))
            let server = try await DemoServer.start(port: self.port) { app.respond(to: $0) }
            if self.port == 0 { DemoFiles.say("\(server.port)") }
            try await server.run()
        }
    }

    /// Prints what to try.
    struct Guide: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a curl line per persona and what each will get."
        )

        @Argument(help: "The folder with the files.")
        var folder: String

        @Option(help: "Where Gatekeeper listens.")
        var url = "http://127.0.0.1:8080"

        func run() async throws {
            DemoFiles.say(QuickstartGuide.text(folder: self.folder, url: self.url))
        }
    }
}
