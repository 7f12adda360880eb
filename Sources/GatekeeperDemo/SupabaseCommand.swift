internal import ArgumentParser
internal import DemoAuthority

/// `gatekeeper-demo supabase`: a local stand-in for a Supabase project's endpoints.
struct SupabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supabase",
        abstract: "Stands in for a Supabase project: key set and user records.",
        subcommands: [Serve.self, CookieLine.self]
    )

    /// Serves the endpoints.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serves the endpoints.")

        @Argument(help: "The folder that holds the key.")
        var folder: String

        @Option(help: "The port on 127.0.0.1.")
        var port = 54_321

        func run() async throws {
            let standIn = try SupabaseStandIn(
                url: "http://127.0.0.1:\(self.port)",
                key: try DemoFiles.signingKey(in: self.folder)
            )
            let server = try await DemoServer.start(port: self.port) { standIn.respond(to: $0) }
            try await server.run()
        }
    }

    /// Prints the cookies of a signed-in persona.
    struct CookieLine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cookie",
            abstract: "Prints the session cookies of a persona, for `curl -b`."
        )

        @Argument(help: "The folder that holds the key.")
        var folder: String

        @Argument(help: "Who: \(QuickstartPersona.all.map(\.name).joined(separator: ", ")).")
        var persona: String

        @Option(help: "The stand-in's port.")
        var port = 54_321

        func run() async throws {
            guard let persona = QuickstartPersona.all.first(where: { $0.name == self.persona })
            else {
                throw ValidationError("nobody is called \(self.persona)")
            }
            let standIn = try SupabaseStandIn(
                url: "http://127.0.0.1:\(self.port)",
                key: try DemoFiles.signingKey(in: self.folder)
            )
            let cookies = try standIn.cookie(
                for: persona,
                name: "sb-127-auth-token",
                now: DemoFiles.now
            )
            DemoFiles.say(cookies.map { "\($0.0)=\($0.1)" }.joined(separator: "; "))
        }
    }
}
