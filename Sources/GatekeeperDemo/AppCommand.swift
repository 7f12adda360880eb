internal import ArgumentParser
internal import DemoAuthority

/// `gatekeeper-demo app`: the application behind the examples.
struct AppCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app",
        abstract: "Serves the application behind the examples."
    )

    @Option(help: "The port on 127.0.0.1; 0 picks a free one.")
    var port = 8088

    @Option(help: "The project that people sign in with.")
    var url = "http://127.0.0.1:54321"

    @Option(help: "The project's publishable key.")
    var key = "sb_publishable_demo"

    @Option(help: "The page on which users manage their second factors, where there is one.")
    var factors: String?

    func run() async throws {
        let app = DemoApp(url: self.url, key: self.key, factors: self.factors)
        let server = try await DemoServer.listen(
            port: self.port,
            webSockets: DemoApp.webSocketPath
        )
        try await server.serve { await app.respond(to: $0) }
        DemoFiles.say("the application listens at \(server.url)")
        try await server.run()
    }
}
