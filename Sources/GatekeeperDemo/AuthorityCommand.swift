internal import ArgumentParser
internal import DemoAuthority

/// `gatekeeper-demo authority`: a server that speaks Supabase Auth's API.
struct AuthorityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority",
        abstract: "Serves Supabase Auth's API on SQLite, with personas to sign in as.",
        subcommands: [Serve.self, Prepare.self],
        defaultSubcommand: Serve.self
    )
}

extension AuthorityCommand {
    /// Serves the API.
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serves the API.")

        @Option(help: "The port on 127.0.0.1; 0 picks a free one.")
        var port = 54_321

        @Option(help: "The database file; in memory where none is named.")
        var database: String?

        @Option(help: "The folder for tokens, cookies and keys that command lines use.")
        var files: String?

        @OptionGroup var rules: AuthorityOptions

        func run() async throws {
            let server = try await DemoServer.listen(port: self.port)
            let authority = try Authority(
                rules: self.rules.rules(url: server.url),
                file: self.database
            )
            try authority.seed(at: .now)
            if let files { try ReadyFiles.write(authority, to: files, at: .now) }
            try await server.serve(authority)
            DemoFiles.say("the authority listens at \(server.url)")
            try await server.run()
        }
    }

    /// Writes what command lines use, for deployments without an authority that runs.
    struct Prepare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes tokens, cookies and keys, and serves nothing."
        )

        @Argument(help: "The folder for the files.")
        var folder: String

        @Option(help: "The URL that the issuer of the tokens begins with.")
        var url = "https://issuer.example"

        func run() async throws {
            let authority = try Authority(rules: AuthorityRules(url: self.url))
            try authority.seed(at: .now)
            try ReadyFiles.write(authority, to: self.folder, at: .now)
        }
    }
}

/// What can be said about the rules of an authority.
struct AuthorityOptions: ParsableArguments {
    @Option(help: "The host that authenticator apps show.")
    var site = "127.0.0.1"

    @Option(help: "Seconds that an access token lasts.")
    var tokenLifetime: Int64 = 3_600

    @Option(help: "Seconds in which a challenge can be answered.")
    var challengeLifetime: Int64 = 300

    @Option(help: "Seconds between two text messages to one phone.")
    var messageInterval: Int64 = 60

    @Option(help: "A type of factor that is switched off: totp or phone. May be repeated.")
    var disable: [FactorType] = []

    @Flag(inversion: .prefixedNo, help: "Whether clients that ask too often are refused.")
    var rateLimits = true

    @Flag(help: "Tells clients that were refused when to come again, which Supabase does not.")
    var retryAfter = false

    func rules(url: String) -> AuthorityRules {
        var rules = AuthorityRules(url: url)
        rules.site = self.site
        rules.tokenLifetime = self.tokenLifetime
        rules.challengeLifetime = self.challengeLifetime
        rules.messageInterval = self.messageInterval
        rules.factorTypes.subtract(self.disable)
        rules.limitsRates = self.rateLimits
        rules.announcesRetryAfter = self.retryAfter
        return rules
    }
}

extension FactorType: ExpressibleByArgument {}
