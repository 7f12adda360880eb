internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper replay`: decides the requests of a decision log again, under other policies.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Decides a log again: who would be asked, refused or let through.",
        discussion: """
            gatekeeper replay decisions.jsonl --policy changed.policy

            The log is the one that `serve` writes. Records of refused tokens stay as they are. A
            record that hangs on a role or a claim is counted apart: the log does not hold them.
            """
    )

    @Argument(help: "A decision log, one JSON object a line; `-` is standard input.")
    var log: String

    @Option(
        help: ArgumentHelp(
            "A policy file or folder; repeat for one set of several.",
            valueName: "path"
        )
    )
    var policy: [String]

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func run() throws {
        var tally = ReplayTally(try PolicyLoading.load(self.policy, format: self.format))
        var lines = try LineReader(self.log)
        var number = 0
        var unreadable = 0
        while let line = try lines.next() {
            number += 1
            do throws(CommandFailure) {
                tally.add(try ReplayRecord(parsing: line))
            } catch {
                unreadable += 1
                if unreadable <= 10 { try Console.note("line \(number): \(error)") }
            }
        }
        switch self.format {
        case .json: try Console.write(tally.json.serialized() + "\n")
        case .text: try Console.write(tally.text)
        }
        guard unreadable == 0 else {
            throw CommandFailure("\(unreadable) of \(number) lines could not be read")
        }
    }
}
