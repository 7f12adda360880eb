internal import ArgumentParser
internal import JSON
internal import PolicyDSL
internal import PolicyExchange

/// `gatekeeper export`: the same policies in another language.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes policies as JSON, SQL, an Envoy configuration or a page to sign off.",
        discussion: """
            gatekeeper export --to json policies/ > policies.json
            gatekeeper export --to rls --table notes --table payments=/payments policies/ | psql
            gatekeeper export --to envoy --without-pages policies/
            gatekeeper export --to markdown policies/ > policies.md

            All paths together are one set. What a target cannot express is refused by name, with
            its place, and then nothing is written.
            """
    )

    @Argument(help: "Policy files or folders; `-` is standard input.")
    var paths: [String]

    @Option(help: "json, rls, envoy or markdown.")
    var to: ExportTarget

    @Option(
        help: ArgumentHelp(
            "rls: a table, and the path under which policies speak of it; /rest/v1/NAME unless given.",
            valueName: "[schema.]name[=/path]"
        )
    )
    var table: [TableArgument] = []

    @Flag(help: "envoy: gives the pages up; whoever would be sent to one gets 403.")
    var withoutPages = false

    @Option(help: "markdown: the moment that is described; now unless given.")
    var at: InstantArgument?

    @Option(help: "markdown: the most sessions that are tried for findings.")
    var limit: Int = PolicyAnalysis.Limits().cells

    @Option(help: "text, plain, json, sarif or github: how what stands in the way is reported.")
    var format: DiagnosticFormat = .text

    func validate() throws {
        guard self.to != .rls || !self.table.isEmpty else {
            throw ValidationError("--to rls needs the tables: --table NAME")
        }
        guard self.limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() throws {
        let reading = PolicyReading(try PolicyFiles.sources(self.paths))
        guard let set = reading.policySet else {
            throw try self.refusal(reading.diagnostics, in: reading)
        }
        try Console.write(try self.text(reading, set))
    }

    private func text(_ reading: PolicyReading, _ set: PolicySet) throws -> String {
        switch self.to {
        case .json:
            return PolicyDocument(reading.parsed).json.serialized(pretty: true) + "\n"
        case .rls:
            do throws(RowSecurity.Refusal) {
                return try RowSecurity(
                    reading,
                    set,
                    tables: self.table.map(\.table),
                    methods: ProviderProfile.supabase.wireMethods
                ).text
            } catch {
                throw try self.refusal(error.diagnostics, in: reading)
            }
        case .envoy:
            do throws(EnvoyFilters.Refusal) {
                return try EnvoyFilters(reading, set, dropsPages: self.withoutPages).text
            } catch {
                throw try self.refusal(error.diagnostics, in: reading)
            }
        case .markdown:
            let now = self.at?.instant ?? .thisSecond
            return AuditPage(reading, now: now, limits: .init(cells: self.limit))?.text ?? ""
        }
    }

    private func refusal(_ diagnostics: [Diagnostic], in reading: PolicyReading) throws -> ExitCode
    {
        var report = DiagnosticReport()
        report.add(diagnostics, in: reading.sources)
        try report.write(self.format)
        return ExitStatus.invalid.exit
    }
}

/// What policies are written as.
enum ExportTarget: String, CaseIterable, ExpressibleByArgument {
    /// The tree of the set, which `import` reads.
    case json
    /// Restrictive row security for PostgreSQL.
    case rls
    /// RBAC filters for Envoy.
    case envoy
    /// A page for people who have to sign the policies off.
    case markdown
}

/// A table, and the path it is spoken of by: `[schema.]name[=/path]`.
struct TableArgument: ExpressibleByArgument, Sendable {
    let table: RowSecurity.Table

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
        guard let names = parts.first?.split(separator: ".", omittingEmptySubsequences: false),
            (1...2).contains(names.count), names.allSatisfy({ !$0.isEmpty }), let name = names.last
        else { return nil }
        if parts.count == 2, !parts[1].hasPrefix("/") || parts[1].contains("*") { return nil }
        self.table = RowSecurity.Table(
            schema: names.count == 2 ? String(names[0]) : "public",
            name: String(name),
            path: parts.count == 2 ? parts[1] : nil
        )
    }
}

extension ProviderProfile {
    /// The issuer's names of methods, as an export has to spell them.
    var wireMethods: [RowSecurity.WireMethod] {
        self.methods.map { name, meaning in
            switch meaning {
            case .method(let method): .init(name: name, method: method)
            case .signIn: .init(name: name, method: nil)
            }
        }
    }
}
