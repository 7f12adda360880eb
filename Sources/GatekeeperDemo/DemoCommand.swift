internal import ArgumentParser

/// What surrounds Gatekeeper in the examples: issuers, applications, people.
///
/// Never part of the sidecar.
@main
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gatekeeper-demo",
        abstract: "The issuers and applications that Gatekeeper's examples run with.",
        subcommands: [
            AuthorityCommand.self, AppCommand.self, GuideCommand.self, ClerkCommand.self,
            OpenIDConnectCommand.self,
        ]
    )
}
