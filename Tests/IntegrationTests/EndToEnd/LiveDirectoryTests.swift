import DemoAuthority
import JSON
import NIOHTTP1
import Testing

@testable import GatekeeperDemo

/// Commands that use a configuration the way the proxy does: its issuers, and its directory.
@Suite(.timeLimit(.minutes(1))) struct LiveDirectoryTests {
    private static let policy = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit users
        policy opted-in-only { for users with a verified factor require aal2 }
        """

    private static func run(
        _ directory: String = "directory: {source: issuer}",
        _ body: (TemporaryFolder, ClerkProject) async throws -> Void
    ) async throws {
        try await ClerkProject.run { project in
            let folder = try TemporaryFolder()
            var setup = try GateSetup(settings: directory, issuers: project.configuration())
            setup.policy = Self.policy
            try setup.write(to: folder, port: 3000)
            try await body(folder, project)
        }
    }

    private static func gatekeeper(
        _ folder: TemporaryFolder,
        _ arguments: String...
    ) async throws -> ProgramResult {
        try await ChildProcess.run(
            "gatekeeper",
            arguments + ["--config", "gatekeeper.yaml"],
            in: folder.path
        )
    }

    @Test("`check --live` asks the directory of the configuration")
    func check() async throws {
        try await Self.run { folder, project in
            try folder.write(try project.token("ada"), to: "ada.jwt")
            let result = try await Self.gatekeeper(
                folder,
                "check",
                "--token",
                "ada.jwt",
                "--live",
                "--format",
                "json"
            )
            #expect(try result.json["outcome"] == "step-up")
            #expect(try result.json["token"]?["status"] == "valid")
            #expect(
                try result.json["facts"] == [
                    "created_at": "2020-02-02T09:00:00Z",
                    "factors": [["factor_type": "totp", "status": "verified"]],
                    "source": .string("issuer \(project.standIn.url)"), "age_seconds": 0,
                ]
            )
            #expect(project.asked("/v1/users/user_ada") == 1)
            let without = try await Self.gatekeeper(
                folder,
                "check",
                "--token",
                "ada.jwt",
                "--format",
                "json"
            )
            #expect(try without.json["outcome"] == "unavailable")
            #expect(try without.json["facts"] == nil)
            #expect(project.asked("/v1/users/user_ada") == 1)
        }
    }

    @Test("`explain --live` says where each fact is from, and how old it is")
    func explain() async throws {
        try await Self.run { folder, project in
            try folder.write(try project.token("ada"), to: "ada.jwt")
            let text = try await Self.gatekeeper(folder, "explain", "--token", "ada.jwt", "--live")
            #expect(
                text.output.contains(
                    "factors: 1 totp  (from issuer \(project.standIn.url), 0 s old)"
                )
            )
            let json = try await Self.gatekeeper(
                folder,
                "explain",
                "--token",
                "ada.jwt",
                "--live",
                "--format",
                "json"
            )
            let facts = try json.json["explanation"]?["facts"]?.arrayValue ?? []
            let factors = facts.first { $0["name"] == "factors" }
            #expect(factors?["source"]?.stringValue == "issuer \(project.standIn.url)")
            #expect(factors?["age_seconds"] == 0)
            #expect(facts.first { $0["name"] == "aal" }?["source"] == "token")
            try folder.write(#"{"factors": []}"#, to: "u.json")
            let given = try await Self.gatekeeper(
                folder,
                "explain",
                "--token",
                "ada.jwt",
                "--user",
                "u.json"
            )
            #expect(given.output.contains("factors: none  (from u.json)"))
        }
    }

    @Test("a claims set has a user too; a batch and a matrix ask once per user")
    func samples() async throws {
        try await Self.run { folder, project in
            let claims = #"{"sub": "user_ada", "sid": "s", "iat": 1790000000, "fva": [1, -1]}"#
            try folder.write(
                """
                {"id": 1, "claims": \(claims)}
                {"id": 2, "claims": \(claims), "request": "GET /x"}
                {"id": 3, "claims": \(claims), "user": {"factors": []}}

                """,
                to: "cases.jsonl"
            )
            let batch = try await Self.gatekeeper(
                folder,
                "check",
                "--batch",
                "cases.jsonl",
                "--live",
                "--format",
                "json"
            )
            #expect(batch.status == 0, "\(batch.errors)")
            #expect(try batch.lines.map { $0["outcome"] } == ["step-up", "step-up", "allow"])
            #expect(project.asked("/v1/users/user_ada") == 1)
            try folder.write(claims, to: "s/ada.json")
            try folder.write("GET /a\nGET /b\n", to: "routes.txt")
            let matrix = try await Self.gatekeeper(
                folder,
                "check",
                "--tokens",
                "s",
                "--requests",
                "routes.txt",
                "--live",
                "--format",
                "json"
            )
            #expect(try matrix.lines.map { $0["outcome"] } == ["step-up", "step-up"])
            #expect(project.asked("/v1/users/user_ada") == 2)
        }
    }

    @Test("a directory that fails is said to, and its facts stay unknown")
    func failing() async throws {
        try await Self.run { folder, project in
            project.reply(to: "/v1/users/user_ada", with: .json("{}"))
            try folder.write(try project.token("ada"), to: "ada.jwt")
            let result = try await Self.gatekeeper(
                folder,
                "check",
                "--token",
                "ada.jwt",
                "--live",
                "--format",
                "json"
            )
            #expect(try result.json["outcome"] == "unavailable")
            #expect(try result.json["facts"]?["age_seconds"] == .null)
            #expect(result.errors.contains("wrong-subject"))
        }
    }

    @Test("`--live` needs a directory to ask, and nothing else that says the same")
    func usage() async throws {
        try await Self.run("directory: {source: file, path: users.json}") { folder, project in
            try folder.write(try project.token("ada"), to: "ada.jwt")
            let known = try await Self.gatekeeper(folder, "check", "--token", "ada.jwt", "--live")
            #expect(known.status == 2)
            #expect(known.output.contains("user-not-found, from"))
            let both = try await Self.gatekeeper(folder, "check", "--user", "none", "--live")
            #expect(both.status == 1)
            let flags = try await ChildProcess.run(
                "gatekeeper",
                ["check", "--policy", "set.policy", "--live"],
                in: folder.path
            )
            #expect(flags.status == 1)
            #expect(flags.errors.contains("--config"))
        }
        try await Self.run { folder, _ in
            let whole = try folder.read("gatekeeper.yaml")
            try folder.write(
                whole.replacing("directory: {source: issuer}", with: ""),
                to: "gatekeeper.yaml"
            )
            try folder.write("gatekeeper 1\nadmit users\n", to: "set.policy")
            let nothing = try await Self.gatekeeper(folder, "check", "--live")
            #expect(nothing.status == 3)
            #expect(nothing.errors.contains("no `directory`"))
        }
    }

    @Test("`verify --config` holds a token against the issuer that it names")
    func verify() async throws {
        try await Self.run { folder, project in
            for (token, code) in [
                (try project.token("ada"), nil),
                (try project.token("ada", age: 600), "token-expired"),
                (
                    try project.token("ada", header: ["cat": "cl_B7d4PD222AAA"]), "token-type"
                ),
                (
                    try project.token("ada", changes: ["azp": "https://x.example"]),
                    "audience-mismatch"
                ),
                (
                    try project.token("ada", changes: ["iss": "https://x.example"]),
                    "issuer-mismatch"
                ),
                ("nonsense", "token-malformed"),
            ] as [(String, String?)] {
                try folder.write(token, to: "t.jwt")
                let result = try await Self.gatekeeper(
                    folder,
                    "verify",
                    "--token",
                    "t.jwt",
                    "--format",
                    "json"
                )
                #expect(try result.json["code"] == code.map { .string($0) } ?? .null)
                #expect(result.status == (code == nil ? 0 : 2))
                #expect(!result.output.contains(token))
            }
            let mixed = try await Self.gatekeeper(
                folder,
                "verify",
                "--token",
                "t.jwt",
                "--issuer",
                "x"
            )
            #expect(mixed.status == 1)
        }
    }

    @Test("`keys` shows what Clerk's and discovered key sets hold")
    func keys() async throws {
        try await Self.run { folder, project in
            let clerk = try await Self.gatekeeper(folder, "keys", "--format", "json")
            #expect(clerk.status == 0)
            let keys = try clerk.json["issuers"]?.arrayValue?.first?["keys"]?.arrayValue
            #expect(keys?.first?["kid"] == "ins_standin")
        }
        try await OpenIDConnectProject.run(path: "/realms/demo") { project in
            let folder = try TemporaryFolder()
            var setup = try GateSetup(issuers: project.configuration("preset: keycloak"))
            setup.policy = "gatekeeper 1\nadmit users\n"
            try setup.write(to: folder, port: 3000)
            let found = try await Self.gatekeeper(folder, "keys")
            #expect(found.output.contains("provider-1  ES256"))
            try folder.write(try project.standIn.token(claims: ["acr": "2"]), to: "t.jwt")
            let valid = try await Self.gatekeeper(folder, "verify", "--token", "t.jwt")
            #expect(valid.output == "valid\n")
        }
    }
}
