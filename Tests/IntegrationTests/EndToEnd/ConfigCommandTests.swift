import JSON
import Testing

/// `gatekeeper config`, `test` and `keys`.
@Suite(.timeLimit(.minutes(1))) struct ConfigCommandTests {
    private static func run(
        _ arguments: String...,
        in folder: TemporaryFolder
    ) async throws
        -> ProgramResult
    {
        try await ChildProcess.run(
            "gatekeeper",
            arguments,
            in: folder.path,
            environment: ["PROJECT_KEY": "sb_secret_from_the_environment"]
        )
    }

    @Test("a sound configuration is said to be valid, with status 0")
    func valid() async throws {
        let folder = try TemporaryFolder()
        try GateSetup().write(to: folder, port: 3000)
        let result = try await Self.run("config", "check", in: folder)
        #expect(result.status == 0)
        #expect(result.output == "gatekeeper.yaml is valid\n")
        let named = try await Self.run(
            "config",
            "check",
            "--config",
            "gatekeeper.yaml",
            "--format",
            "json",
            in: folder
        )
        #expect(named.status == 0)
        #expect(try named.json == ["diagnostics": []])
    }

    @Test(
        "every format of findings: json and sarif on standard output, the others where they belong",
        arguments: ["text", "plain", "json", "sarif", "github"]
    )
    func formats(format: String) async throws {
        let folder = try TemporaryFolder()
        try GateSetup(settings: "anwser: redirect").write(to: folder, port: 3000)
        let result = try await Self.run("config", "check", "--format", format, in: folder)
        #expect(result.status == 3)
        let line =
            try folder.read("gatekeeper.yaml").split(
                separator: "\n",
                omittingEmptySubsequences: false
            ).firstIndex { $0.hasPrefix("anwser") }.map { Int64($0 + 1) } ?? 0
        switch format {
        case "json":
            let finding: JSONValue = [
                "code": "GK302", "severity": "error", "file": "gatekeeper.yaml",
                "line": .integer(line), "column": 1, "end_column": 7,
                "message": "unknown key `anwser`", "help": "did you mean `answer`?",
            ]
            #expect(try result.json == ["diagnostics": [finding]])
        case "sarif":
            let run = try result.json["runs"]?.arrayValue?.first
            #expect(try result.json["version"] == "2.1.0")
            #expect(run?["results"]?.arrayValue?.first?["ruleId"] == "GK302")
        case "github":
            #expect(
                result.output.hasPrefix(
                    "::error file=gatekeeper.yaml,line=\(line),col=1,endColumn=7"
                )
            )
        case "plain":
            #expect(result.errors.hasPrefix("gatekeeper.yaml:\(line):1: "))
        default:
            #expect(result.errors.contains("^^^^^^"))
        }
    }

    @Test("every problem is found at once, each with its code")
    func allAtOnce() async throws {
        let folder = try TemporaryFolder()
        var setup = try GateSetup(
            settings: "trusted_proxies: [0.0.0.0/0]\nlimits: {idle_timeout: soon}",
            issuers: """
                  - provider: static
                    issuer: https://issuer.example
                    jwks: http://keys.example/jwks.json
                """
        )
        setup.settings += "\ndirectory: null"
        try setup.write(to: folder, port: 3000)
        let result = try await Self.run("config", "check", "--format", "json", in: folder)
        let codes = try result.json["diagnostics"]?.arrayValue?.compactMap {
            $0["code"]?.stringValue
        }
        #expect(Set(codes ?? []).isSuperset(of: ["GK320", "GK322", "GK323", "GK304"]))
    }

    @Test("a printed configuration shows defaults and no secret, wherever it came from")
    func secretsHidden() async throws {
        let folder = try TemporaryFolder()
        let setup = try GateSetup(
            issuers: """
                  - provider: supabase
                    url: https://abc.supabase.co
                    api_key: sb_publishable_in_the_file
                    secret_key: ${PROJECT_KEY}
                    jwt_secret: file:secret.txt
                    algorithms: [HS256]
                """
        )
        try setup.write(to: folder, port: 3000)
        try folder.write("a-secret-of-more-than-thirty-two-bytes\n", to: "secret.txt")
        for format in ["text", "json"] {
            let result = try await Self.run("config", "print", "--format", format, in: folder)
            #expect(result.status == 0, "\(result.errors)")
            for secret in ["in_the_file", "from_the_environment", "thirty-two"] {
                #expect(!result.output.contains(secret), "\(secret)")
            }
            #expect(result.output.contains("header_read_timeout"))
            #expect(result.output.contains("https://abc.supabase.co"))
        }
    }

    @Test("a variable that is not set is an error, not an empty secret")
    func missingVariable() async throws {
        let folder = try TemporaryFolder()
        let issuers =
            "  - {provider: supabase, url: https://abc.supabase.co, api_key: \"${NO_SUCH}\"}"
        try GateSetup(issuers: issuers).write(to: folder, port: 3000)
        let result = try await Self.run("config", "check", in: folder)
        #expect(result.status == 3)
        #expect(result.errors.contains("error[GK306]"))
    }

    @Test("policy tests that fail are shown with what came instead, and end with status 5")
    func failingTest() async throws {
        let folder = try TemporaryFolder()
        let text = """
            gatekeeper 1
            admit users
            policy all { for users require aal2 }
            test "all" {
                case token aal2 then allow
                case token aal1, user no factors then allow
            }

            """
        try folder.write(text, to: "a.policy")
        let result = try await Self.run("test", "a.policy", in: folder)
        #expect(result.status == 5)
        #expect(result.output.contains("1 passed, 1 failed"))
        #expect(result.errors.contains("a.policy:6:"))
        #expect(result.errors.contains("got enroll"))
        let json = try await Self.run("test", "a.policy", "--format", "json", in: folder)
        #expect(json.status == 5)
        #expect(try json.json["passed"] == 1)
        #expect(try json.json["failed"] == 1)
        let failure = try json.json["failures"]?.arrayValue?.first
        #expect(failure?["test"] == "all")
        #expect(failure?["case"] == 2)
        #expect(failure?["expected"] == "allow")
        #expect(failure?["got"] == "enroll")
        #expect(failure?["file"] == "a.policy")
        #expect(failure?["line"] == 6)
    }

    @Test("the shipped policies pass their own tests", arguments: ["policies", "policies/worked"])
    func shippedPolicies(path: String) async throws {
        let folder = try TemporaryFolder()
        let names =
            path == "policies"
            ? ["enforce-all", "new-users-only", "opted-in-only"].map { "\(path)/\($0).policy" }
            : [path]
        for name in names {
            let result = try await Self.run("test", Project.file(name), in: folder)
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains(" 0 failed"))
        }
    }

    @Test("`keys` lists what an issuer's set holds, and never a key's secret part")
    func keys() async throws {
        let folder = try TemporaryFolder()
        let setup = try GateSetup()
        try setup.write(to: folder, port: 3000)
        let result = try await Self.run("keys", "--config", "gatekeeper.yaml", in: folder)
        #expect(result.status == 0)
        #expect(result.output.contains("key-1"))
        #expect(result.output.contains("ES256"))
        #expect(result.output.contains("age: "))
        // Files are watched, not asked again.
        #expect(!result.output.contains("next refresh"))
    }
}
