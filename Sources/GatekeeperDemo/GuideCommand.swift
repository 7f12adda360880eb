internal import ArgumentParser

/// `gatekeeper-demo guide`: what to try with the quickstart.
struct GuideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guide",
        abstract: "Prints a curl line per persona and what each will get."
    )

    @Argument(help: "The folder with the files.")
    var folder: String

    @Option(help: "Where Gatekeeper listens.")
    var url = "http://127.0.0.1:8080"

    @Option(help: "Where the authority listens.")
    var authority = "http://127.0.0.1:54321"

    func run() async throws {
        let guide = QuickstartGuide(folder: self.folder, url: self.url, authority: self.authority)
        DemoFiles.say(guide.text)
    }
}
