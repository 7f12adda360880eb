import Foundation
import JSON
import Testing

/// The tools of policy authors, run as programs: how they end, and what they print for scripts.
@Suite(.timeLimit(.minutes(1))) struct AuthorCommandTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let arguments: [String]
        let status: Int32
        let input: String?

        init(_ arguments: String, _ status: Int32, input: String? = nil) {
            self.arguments = arguments.split(separator: " ").map(String.init)
            self.status = status
            self.input = input
        }

        var testDescription: String { self.arguments.joined(separator: " ") }
    }

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let good =
            "gatekeeper 1\n\nadmit users\n\npolicy level {\n    for users\n    require aal2\n}\n"
        try folder.write(good, to: "good.policy")
        try folder.write("gatekeeper 1\nadmit  users\n", to: "loose.policy")
        try folder.write("gatekeeper 1\nadmit usres\n", to: "broken.policy")
        try folder.write(
            good.replacing("require aal2", with: "require aal2 within 5 minutes"),
            to: "strict.policy"
        )
        try folder.write(
            good
                + "\ntest \"t\" {\n    case token aal2 then allow\n    case token      then step-up\n}\n",
            to: "tested.policy"
        )
        try folder.write(
            good + "\ntest \"t\" {\n    case token aal2 then deny\n}\n",
            to: "failing.policy"
        )
        try folder.write(
            good + "\npolicy never {\n    for users\n    on /x\n    deny\n}\n",
            to: "stern.policy"
        )
        try folder.write("{\"gatekeeper\": 1, \"items\": [{\"item\": \"odd\"}]}", to: "odd.json")
        try folder.write("{\"gatekeeper\": 1, \"items\": []}", to: "empty.json")
        try folder.write("not JSON", to: "text.json")
        try folder.write(Self.record + "\n", to: "decisions.jsonl")
        try folder.write("nonsense\n", to: "nonsense.jsonl")
        return folder
    }

    private static let record = """
        {"time":"2026-10-01T12:00:00Z","decision":"d1","request":{"method":"GET","host":"x.example",\
        "path":"/"},"subject":{"class":"user","id":"u","aal":"aal1","methods":[]},"facts":{},\
        "token":{"status":"valid"},"outcome":"allow","enforced":[],"projected":{"outcome":"allow"},\
        "revision":"00000000","status":200}
        """

    @Test(
        "every end has its status, whatever the format",
        arguments: [
            Row("fmt good.policy", 0), Row("fmt --check good.policy", 0),
            Row("fmt --check loose.policy", 4), Row("fmt --check --diff loose.policy", 4),
            Row("fmt broken.policy", 3),
            Row("fmt --check -", 4, input: "gatekeeper 1\nadmit users"),
            Row("fmt --write -", 1, input: ""), Row("fmt missing.policy", 1), Row("fmt", 1),
            Row("lint good.policy", 0), Row("lint --fail-on warning good.policy", 4),
            Row("lint broken.policy", 3), Row("lint --fail-on wrong good.policy", 1),
            Row("analyze good.policy", 0), Row("analyze broken.policy", 3),
            Row("diff good.policy strict.policy", 0), Row("diff strict.policy good.policy", 4),
            Row("diff good.policy broken.policy", 3), Row("diff good.policy", 1),
            Row("replay decisions.jsonl --policy good.policy", 0),
            Row("replay nonsense.jsonl --policy good.policy", 1),
            Row("replay decisions.jsonl --policy broken.policy", 3),
            Row("test tested.policy", 0), Row("test failing.policy", 5),
            Row("test broken.policy", 3), Row("test --threshold 1 good.policy", 4),
            Row("test --threshold 2 good.policy", 1),
            Row("export --to json good.policy", 0), Row("export --to json broken.policy", 3),
            Row("export --to rls good.policy", 1),
            Row("export --to rls --table a=b good.policy", 1),
            Row("export --to rls --table notes good.policy", 0),
            Row("export --to envoy good.policy", 0), Row("export --to envoy strict.policy", 3),
            Row("export --to markdown good.policy", 0), Row("export --to rego good.policy", 1),
            Row("import odd.json", 3), Row("import empty.json", 3), Row("import text.json", 3),
            Row("import missing.json", 1), Row("lsp", 1, input: ""),
        ]
    )
    func status(_ row: Row) async throws {
        let folder = try self.folder()
        let result = try await ChildProcess.run(
            "gatekeeper",
            row.arguments,
            in: folder.path,
            input: row.input
        )
        #expect(result.status == row.status, "\(result.errors)\n\(result.output)")
    }

    @Test(
        "scripts find the members that the contract names",
        arguments: [
            ("fmt loose.policy", ["diagnostics", "files"]), ("lint good.policy", ["diagnostics"]),
            ("lint broken.policy", ["diagnostics"]),
            ("export --to envoy strict.policy", ["diagnostics"]),
            ("analyze good.policy", ["diagnostics", "exhaustive", "outage", "dates", "monitors"]),
            ("diff good.policy strict.policy", ["verdict", "exhaustive", "changes"]),
            ("test failing.policy", ["passed", "failed", "coverage", "mutants", "failures"]),
            (
                "replay decisions.jsonl --policy good.policy",
                ["records", "changed", "undecided", "changes"]
            ),
        ]
    )
    func members(command: String, names: [String]) async throws {
        let folder = try self.folder()
        let arguments = command.split(separator: " ").map(String.init) + ["--format", "json"]
        let result = try await ChildProcess.run("gatekeeper", arguments, in: folder.path)
        let json = try result.json
        for name in names { #expect(json[name] != nil, "\(name): \(result.output)") }
        for diagnostic in json["diagnostics"]?.arrayValue ?? [] {
            let members = ["code", "severity", "file", "line", "column", "end_column", "message"]
            for name in members { #expect(diagnostic[name] != nil, "\(name): \(diagnostic)") }
        }
    }

    @Test("watched tests run again after every change")
    func watching() async throws {
        let folder = try self.folder()
        let child = try ChildProcess.start(
            "gatekeeper",
            ["test", "--watch", "tested.policy"],
            in: folder.path
        )
        defer { child.signal(SIGKILL) }
        try await child.says("2 passed, 0 failed")
        try folder.write(
            try folder.read("tested.policy").replacing("then allow", with: "then deny"),
            to: "tested.policy"
        )
        try await child.says("1 passed, 1 failed")
        try folder.write("gatekeeper 1\nadmit usres\n", to: "tested.policy")
        try await child.says("GK105")
        #expect(child.isRunning)
    }

    @Test("one difference is told in full")
    func difference() async throws {
        let folder = try self.folder()
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["diff", "strict.policy", "good.policy", "--format", "json"],
            in: folder.path
        )
        let json = try result.json
        #expect(json["verdict"] == "looser")
        #expect(json["exhaustive"] == true)
        let change = try #require(json["changes"]?.arrayValue?.first)
        for name in ["verdict", "route", "sessions", "from", "to"] {
            #expect(change[name]?.stringValue != nil, "\(name): \(change)")
        }
        let witness = try #require(change["witness"])
        let check = try await ChildProcess.run(
            "gatekeeper",
            ["check", "--policy", "good.policy", "--batch", "-", "--format", "json"],
            in: folder.path,
            input: witness.serialized() + "\n"
        )
        #expect(try check.lines.first?["outcome"] == change["to"], "\(check.output)")
    }

    @Test("what is exported as JSON is imported as the same set", arguments: ["good", "tested"])
    func roundTrip(name: String) async throws {
        let folder = try self.folder()
        let exported = try await ChildProcess.run(
            "gatekeeper",
            ["export", "--to", "json", "\(name).policy"],
            in: folder.path
        )
        let imported = try await ChildProcess.run(
            "gatekeeper",
            ["import", "-"],
            in: folder.path,
            input: exported.output
        )
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(imported.output == (try folder.read("\(name).policy")))
    }

    @Test("the document that the page on exports shows is the one that is written")
    func shownDocument() async throws {
        let page = "docs/exports.md"
        let policy = try #require(FencedBlock.all(in: page, marked: "policy example").first).text
        let shown = try #require(FencedBlock.all(in: page, marked: "json example").first).text
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["export", "--to", "json", "-"],
            input: policy
        )
        #expect(try result.json == JSONValue(parsing: shown))
    }

    @Test("what a target cannot say is refused by name, at its place, and nothing is written")
    func beyondTarget() async throws {
        let folder = try self.folder()
        try folder.write(
            """
            gatekeeper 1
            pages { step-up /mfa }
            admit users
            policy fresh { for users require totp within 5 minutes }
            policy jobs { for services on /rest/v1/notes deny }
            policy here { for users on PUT /rest/v1/notes at db.example deny }

            """,
            to: "far.policy"
        )
        let envoy = try await ChildProcess.run(
            "gatekeeper",
            ["export", "--to", "envoy", "--format", "plain", "far.policy"],
            in: folder.path
        )
        #expect(envoy.output == "")
        let places = envoy.errors.split(separator: "\n").map { $0.split(separator: " ")[0] }
        #expect(places == ["far.policy:2:9:", "far.policy:4:26:"], "\(envoy.errors)")
        let database = try await ChildProcess.run(
            "gatekeeper",
            ["export", "--to", "rls", "--table", "notes", "--format", "json", "far.policy"],
            in: folder.path
        )
        #expect(database.status == 3)
        let findings = try database.json["diagnostics"]?.arrayValue ?? []
        #expect(findings.compactMap { $0["code"]?.stringValue } == ["GK190", "GK190"])
        #expect(findings.compactMap { $0["line"]?.integerValue } == [5, 6])
    }

    @Test("the auditor's page says every policy in plain words, and what is not enforced")
    func page() async throws {
        let folder = try self.folder()
        let watched =
            "\npolicy watched {\n    for users\n    mode monitor since 2026-09-01\n    deny\n}\n"
        try folder.write(try folder.read("tested.policy") + watched, to: "page.policy")
        let result = try await ChildProcess.run(
            "gatekeeper",
            ["export", "--to", "markdown", "--at", "2026-10-01", "page.policy"],
            in: folder.path
        )
        #expect(result.status == 0, "\(result.errors)")
        for words in [
            "Users may come in everywhere.", "Users need the second level (aal2) on every route.",
            "2 cases, of which 0 fail", "1 of 2 policies",
        ] {
            #expect(result.output.contains(words), "\(words): \(result.output)")
        }
        let place = try #require(result.output.firstRange(of: "## What is not enforced yet"))
        #expect(result.output[place.upperBound...].contains("| `watched` | Users are refused"))
        #expect(!result.output[..<place.lowerBound].contains("watched"))
    }
}
