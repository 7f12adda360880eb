import ArgumentParser

@main
struct GatekeeperCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "gatekeeper")
}
