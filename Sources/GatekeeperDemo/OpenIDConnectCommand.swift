internal import ArgumentParser
internal import DemoAuthority
internal import JSON
internal import TokenSigning
internal import TokenVerify

/// `gatekeeper-demo oidc`: a local stand-in for an OpenID Connect provider.
struct OpenIDConnectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "oidc",
        abstract: "Stands in for an OpenID Connect provider shaped like Keycloak.",
        subcommands: [Serve.self, TokenLine.self]
    )

    /// Serves discovery and keys.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serves discovery and keys.")

        @Argument(help: "The folder that holds the key.")
        var folder: String

        @Option(help: "The port on 127.0.0.1.")
        var port = 54_321

        func run() async throws {
            let standIn = try OpenIDConnectCommand.standIn(in: self.folder, port: self.port)
            let server = try await DemoServer.start(port: self.port) { standIn.respond(to: $0) }
            try await server.run()
        }
    }

    /// Prints a token.
    struct TokenLine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token",
            abstract: "Prints an access token, for `curl -H`."
        )

        @Argument(help: "The folder that holds the key.")
        var folder: String

        @Option(help: "The stand-in's port.")
        var port = 54_321

        @Option(help: "Who.")
        var subject = "olga"

        @Option(help: "The level, as `acr` has it.")
        var level = "1"

        @Option(help: "How many seconds ago the user signed in.")
        var age: Int64 = 60

        func run() async throws {
            let standIn = try OpenIDConnectCommand.standIn(in: self.folder, port: self.port)
            let token = try standIn.token(
                subject: self.subject,
                claims: [
                    "acr": .string(self.level), "azp": "web",
                    "auth_time": .integer(DemoFiles.now - self.age),
                ]
            )
            DemoFiles.say(token)
        }
    }

    private static func standIn(in folder: String, port: Int) throws -> OpenIDConnectStandIn {
        OpenIDConnectStandIn(
            issuer: "http://127.0.0.1:\(port)/realms/demo",
            key: try DemoFiles.signingKey(in: folder, .rs256, keyID: "realm-1")
        )
    }
}
