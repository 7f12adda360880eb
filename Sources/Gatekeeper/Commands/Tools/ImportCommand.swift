internal import ArgumentParser
internal import JSON
internal import PolicyDSL
internal import PolicyExchange

/// `gatekeeper import`: policies from JSON.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Reads what `export --to json` writes, checks it, and prints it as policies.",
        discussion: """
            gatekeeper import policies.json > policies/all.policy
            """
    )

    @Argument(help: "The JSON document; `-` is standard input.")
    var path: String

    @Option(help: "text, plain, json, sarif or github: how what stands in the way is reported.")
    var format: DiagnosticFormat = .text

    func run() throws {
        let document = try self.document()
        let source = PolicySource(name: self.path, text: document.text)
        let reading = PolicyReading([source])
        guard reading.policySet != nil else {
            var report = DiagnosticReport()
            report.add(reading.diagnostics, in: reading.sources)
            try report.write(self.format)
            throw ExitStatus.invalid.exit
        }
        try Console.write(document.text)
    }

    private func document() throws(CommandFailure) -> PolicyDocument {
        let bytes = try InputFile.read(self.path)
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, limits: Self.limits)
        } catch {
            throw CommandFailure("`\(self.path)`: \(error)", status: .invalid)
        }
        do throws(PolicyDocument.Refusal) {
            return try PolicyDocument(json)
        } catch {
            let message = "`\(self.path)`: \(error.place): \(error.message)"
            throw CommandFailure(message, status: .invalid)
        }
    }

    /// Deep enough for the deepest brackets of the language.
    private static let limits = JSONLimits(
        maximumBytes: InputFile.maximumBytes,
        maximumDepth: 160,
        maximumMembers: 1 << 20
    )
}
