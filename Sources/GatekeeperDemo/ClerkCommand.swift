internal import ArgumentParser
internal import DemoAuthority
internal import JSON
internal import TokenSigning
internal import TokenVerify

/// `gatekeeper-demo clerk`: a local stand-in for a Clerk instance.
struct ClerkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clerk",
        abstract: "Stands in for a Clerk instance: keys, handshakes, user records.",
        subcommands: [Serve.self, CookieLine.self]
    )

    /// Serves both APIs.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serves the Frontend API and the Backend API."
        )

        @Argument(help: "The folder that holds the key.")
        var folder: String

        @Option(help: "The port on 127.0.0.1.")
        var port = 54_321

        func run() async throws {
            let standIn = try ClerkCommand.standIn(in: self.folder, port: self.port)
            let server = try await DemoServer.start(port: self.port) { standIn.respond(to: $0) }
            try await server.run()
        }
    }

    /// Prints the cookies of a signed-in persona.
    struct CookieLine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cookie",
            abstract: "Prints the session cookie of a persona, for `curl -b`."
        )

        @Argument(help: "The folder that holds the key.")
        var folder: String

        @Argument(help: "Who: \(ClerkPersona.all.map(\.name).joined(separator: ", ")).")
        var persona: String

        @Option(help: "The stand-in's port.")
        var port = 54_321

        @Option(help: "The page that fetched the token.")
        var party = "http://127.0.0.1:8080"

        @Option(help: "How many seconds ago the token was made; it lives for a minute.")
        var age: Int64 = 0

        @Flag(help: "Whether the second factor was just used.")
        var secondFactor = false

        func run() async throws {
            guard let persona = ClerkPersona.named(self.persona) else {
                throw ValidationError("nobody is called \(self.persona)")
            }
            let standIn = try ClerkCommand.standIn(in: self.folder, port: self.port)
            let token = try standIn.token(
                for: persona,
                verified: (5, self.secondFactor ? 0 : -1),
                party: self.party,
                age: self.age
            )
            DemoFiles.say("__session=\(token)")
        }
    }

    private static func standIn(in folder: String, port: Int) throws -> ClerkStandIn {
        ClerkStandIn(
            url: "http://127.0.0.1:\(port)",
            key: try DemoFiles.signingKey(in: folder, .rs256, keyID: "ins_standin")
        )
    }
}
