internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper diff`: who is asked for what, before and after a change.
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Tells what changes for whom when one policy set replaces another.",
        discussion: """
            gatekeeper diff policies/ changed/

            Every kind of session is tried on every kind of route. Exits with 4 where anybody gets
            in more easily than before.
            """
    )

    @Argument(help: "The policy file or folder as it is.")
    var old: String

    @Argument(help: "The policy file or folder as it will be.")
    var new: String

    @Option(help: "The most sessions that are tried.")
    var limit: Int = PolicyAnalysis.Limits().cells

    @Option(help: "The moment to begin from; now unless given.")
    var at: InstantArgument?

    @Option(help: "text or json.")
    var format: ResultFormat = .text

    func validate() throws {
        guard self.limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() throws {
        let diff = PolicyDiff(
            from: try PolicyLoading.load([self.old], format: self.format),
            to: try PolicyLoading.load([self.new], format: self.format),
            now: self.at?.instant ?? .thisSecond,
            limits: .init(cells: self.limit)
        )
        switch self.format {
        case .json: try Console.write(diff.json.serialized() + "\n")
        case .text: try Console.write(diff.text)
        }
        if diff.hasLoosened { throw ExitStatus.findings.exit }
    }
}

extension PolicyDiff {
    /// The word of the overall verdict.
    fileprivate var word: String { self.verdict == .incomparable ? "mixed" : self.verdict.rawValue }

    fileprivate var json: JSONValue {
        [
            "verdict": .string(self.word),
            "exhaustive": .bool(self.isExhaustive),
            "changes": .array(self.changes.map(\.json)),
            "outage": .array(self.outage.map(\.json)),
        ]
    }

    fileprivate var text: String {
        var lines = [self.word] + self.changes.map { "  \($0.sentence)" }
        if !self.outage.isEmpty {
            lines.append("while the directory is silent:")
            lines += self.outage.map { "  \($0.sentence)" }
        }
        if !self.isExhaustive {
            lines.append("not exhaustive: \(self.cells) sessions were tried, and there are more")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension PolicyDiff.Change {
    var json: JSONValue {
        [
            "verdict": .string(self.verdict.rawValue),
            "route": .string(self.route),
            "sessions": .string(self.sessions),
            "from": .string(self.from.word),
            "to": .string(self.to.word),
            "witness": self.witness.json,
        ]
    }
}
