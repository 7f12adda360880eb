internal import ArgumentParser
internal import JSON
internal import PolicyDSL

/// `gatekeeper fmt`: one layout for all policies.
struct FmtCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt",
        abstract: "Lays policies out in the one canonical way.",
        discussion: """
            gatekeeper fmt console.policy            # prints the formatted text
            gatekeeper fmt --write policies/         # rewrites the files that change
            gatekeeper fmt --check policies/         # lists them instead, and exits with 4
            gatekeeper fmt --diff -                  # shows what would change

            Comments stay where they are. Every result is read again before it is written: a text
            that would mean something else is never put in the place of yours.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Flag(help: "Lists the files that would change; exits with 4 if there are any.")
    var check = false

    @Flag(help: "Shows the changes as a unified diff.")
    var diff = false

    @Flag(help: "Rewrites the files that change.")
    var write = false

    @Option(help: "text, plain, json, sarif or github: how what stands in the way is reported.")
    var format: DiagnosticFormat = .text

    func validate() throws {
        guard !(self.write && (self.check || self.diff)) else {
            throw ValidationError("--write changes files; --check and --diff only look at them")
        }
        guard !(self.write && self.paths.contains("-")) else {
            throw ValidationError("standard input cannot be rewritten; leave --write out")
        }
    }

    func run() throws {
        let formattings = try self.formattings()
        let changed = formattings.filter(\.isChanged)
        if self.write {
            for formatting in changed {
                try OutputFile.replace(formatting.source.name, with: Array(formatting.text.utf8))
            }
        } else if !self.check && !self.diff && self.format != .json {
            for formatting in formattings { try Console.write(formatting.text) }
        }
        if self.diff && self.format != .json {
            for formatting in changed { try Console.write(formatting.diff) }
        }
        if self.format == .json {
            try Console.write(self.json(formattings).serialized() + "\n")
        } else if self.check {
            for formatting in changed { try Console.write(formatting.source.name + "\n") }
        }
        if self.check, !changed.isEmpty { throw ExitStatus.findings.exit }
    }

    /// Every file laid out; nothing is printed or written where one of them cannot be.
    private func formattings() throws -> [Formatting] {
        var formattings: [Formatting] = []
        var report = DiagnosticReport()
        for source in try PolicyFiles.sources(self.paths) {
            do throws(Formatting.Refusal) {
                formattings.append(try Formatting(source))
            } catch {
                switch error {
                case .unreadable(let diagnostics): report.add(diagnostics, in: [source])
                case .wouldChangeMeaning:
                    throw CommandFailure(
                        "`\(source.name)`: the formatted text would mean something else; "
                            + "this is a fault of gatekeeper, and the file was left alone"
                    )
                }
            }
        }
        guard report.findings.isEmpty else {
            try report.write(self.format)
            throw ExitStatus.invalid.exit
        }
        return formattings
    }

    private func json(_ formattings: [Formatting]) -> JSONValue {
        [
            "diagnostics": [],
            "files": .array(
                formattings.map { formatting in
                    [
                        "file": .string(formatting.source.name),
                        "changed": .bool(formatting.isChanged),
                        "text": .string(formatting.text),
                    ]
                }
            ),
        ]
    }
}
