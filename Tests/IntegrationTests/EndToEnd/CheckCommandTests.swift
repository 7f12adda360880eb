import JSON
import Testing

/// `gatekeeper check` and `explain`, as scripts use them.
@Suite(.timeLimit(.minutes(1))) struct CheckCommandTests {
    private static let optedIn: JSONValue = [
        "policy": "opted-in-only", "demand": "aal2", "remedy": "step-up", "reason": "aal-too-low",
        "using": ["totp"], "certainty": "definite",
    ]

    @Test("one decision as JSON has exactly the members of the contract")
    func json() async throws {
        let result = try await SampleFiles().run(
            "check",
            "--policy",
            "p.policy",
            "--claims",
            "aal1.json",
            "--user",
            "ada.json",
            "--request",
            "GET /admin",
            "--at",
            SampleFiles.moment,
            "--format",
            "json"
        )
        #expect(result.status == 2)
        #expect(result.errors == "")
        let object = try result.json
        #expect(object["revision"]?.stringValue?.count == 8)
        #expect(
            object == [
                "outcome": "step-up",
                "revision": object["revision"] ?? .null,
                "token": ["status": "unverified", "code": .null],
                "subject": [
                    "class": "user", "id": "0b9a", "aal": "aal1", "next_aal": "aal2",
                    "methods": [["method": "password", "at": "2026-10-01T11:58:00Z"]],
                ],
                "enforced": [Self.optedIn],
                "projected": ["outcome": "step-up", "entries": [Self.optedIn]],
                "needs": ["factors"],
                "unknown": [],
                "advice": [],
                "answer": ["status": 302, "location": "/mfa?return_to=%2Fadmin"],
            ]
        )
    }

    @Test("a verified token decides; a refused one is unauthenticated, with its code")
    func tokens() async throws {
        let samples = try SampleFiles()
        let good = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--token",
            "good.jwt",
            "--jwks",
            "keys.json",
            "--user",
            "ada.json",
            "--format",
            "json"
        )
        #expect(good.status == 2)
        #expect(try good.json["token"] == ["status": "valid", "code": .null])
        #expect(try good.json["outcome"] == "step-up")
        let expired = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--token",
            "expired.jwt",
            "--jwks",
            "keys.json",
            "--format",
            "json"
        )
        #expect(expired.status == 2)
        #expect(try expired.json["outcome"] == "unauthenticated")
        #expect(try expired.json["token"] == ["status": "rejected", "code": "token-expired"])
        #expect(try expired.json["subject"] == .null)
    }

    @Test("a token without keys is refused, unless it is said that it need not be verified")
    func unverified() async throws {
        let samples = try SampleFiles()
        let refused = try await samples.run("check", "--policy", "p.policy", "--token", "good.jwt")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("--unverified"))
        let believed = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--token",
            "-",
            "--unverified",
            "--format",
            "json",
            input: try samples.issuer.token()
        )
        #expect(try believed.json["token"]?["status"] == "unverified")
    }

    @Test("a user whom nobody described is unknown, and the output says that it mattered")
    func unknownUser() async throws {
        let samples = try SampleFiles()
        let result = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--claims",
            "aal1.json",
            "--format",
            "json"
        )
        #expect(try result.json["outcome"] == "unavailable")
        #expect(try result.json["unknown"] == ["factors"])
        #expect(try result.json["subject"]?["next_aal"] == .null)
        let none = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--claims",
            "aal1.json",
            "--user",
            "none",
            "--format",
            "json"
        )
        #expect(try none.json["outcome"] == "unauthenticated")
    }

    @Test("a matrix tries every token with every request, and ends with 0 when all were read")
    func matrix() async throws {
        let samples = try SampleFiles()
        for (from, to) in [
            ("aal1.json", "s/ada.json"), ("ada.json", "s/ada.user.json"),
            ("good.jwt", "s/olga.jwt"),
        ] {
            try samples.folder.write(try samples.folder.read(from), to: to)
        }
        try samples.folder.write("# two\nGET /admin\n\nPOST /mfa\n", to: "routes.txt")
        let result = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--tokens",
            "s",
            "--requests",
            "routes.txt",
            "--jwks",
            "keys.json",
            "--format",
            "json"
        )
        #expect(result.status == 0)
        #expect(
            try result.lines.map { $0["id"] } == [
                "ada.json GET /admin", "ada.json POST /mfa", "olga.jwt GET /admin",
                "olga.jwt POST /mfa",
            ]
        )
        #expect(try result.lines.first?["outcome"] == "step-up")
        #expect(try result.lines.first?["answer"]?["status"] == 302)
    }

    @Test("a batch decides each line; one that cannot be read is said so, and the rest goes on")
    func batch() async throws {
        let samples = try SampleFiles()
        let claims = try samples.folder.read("aal1.json").replacing("\n", with: "")
        let user = try samples.folder.read("ada.json").replacing("\n", with: "")
        let good = """
            {"id": 1, "claims": \(claims), "user": \(user), "request": "GET /admin"}
            {"id": "two", "claims": \(claims), "user": null}
            {"id": 3, "request": "POST /x", "host": "app.example", "at": "2026-10-01T12:00:00Z"}

            """
        let read = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--batch",
            "-",
            "--format",
            "json",
            input: good
        )
        #expect(read.status == 0)
        #expect(try read.lines.map { $0["id"] } == [1, "two", 3])
        #expect(
            try read.lines.map { $0["outcome"] } == [
                "step-up", "unauthenticated", "unauthenticated",
            ]
        )
        #expect(try read.lines.last?["token"]?["status"] == "absent")

        let bad = #"{"id": 8, "claims": 5}"# + "\nnonsense\n" + good
        let mixed = try await samples.run(
            "check",
            "--policy",
            "p.policy",
            "--batch",
            "-",
            "--format",
            "json",
            input: bad
        )
        #expect(mixed.status == 1)
        #expect(try mixed.lines.count == 5)
        #expect(try mixed.lines[0]["id"] == 8)
        #expect(try mixed.lines[0]["error"]?.stringValue?.isEmpty == false)
        #expect(try mixed.lines[1]["error"]?.stringValue?.isEmpty == false)
        #expect(try mixed.lines[2]["outcome"] == "step-up")
    }

    @Test("with a configuration, its policies, issuers, keys and answers are used")
    func configuration() async throws {
        let folder = try TemporaryFolder()
        let setup = try GateSetup()
        try setup.write(to: folder, port: 3000)
        try folder.write(try setup.issuer.token("ada"), to: "t.jwt")
        try folder.write(#"{"factors": []}"#, to: "u.json")
        let result = try await ChildProcess.run(
            "gatekeeper",
            [
                "check", "--config", "gatekeeper.yaml", "--token", "t.jwt", "--user", "u.json",
                "--request", "GET /admin", "--format", "json",
            ],
            in: folder.path
        )
        #expect(try result.json["outcome"] == "enroll")
        #expect(
            try result.json["answer"]?["location"]
                == "https://app.example/mfa/setup?return_to=%2Fadmin"
        )
    }

    @Test(
        "the status says how it ended",
        arguments: [
            (["--claims", "aal2.json", "--user", "ada.json"], 0),
            (["--claims", "aal1.json", "--user", "ada.json"], 2), ([], 2),
            (["--claims", "missing.json"], 1),
            (["--claims", "aal1.json", "--request", "nonsense"], 1),
            (["--no-such-flag"], 1), (["--policy", "missing.policy"], 1),
            (["--policy", "bad.policy"], 3), (["--at", "yesterday"], 1),
        ] as [([String], Int32)]
    )
    func status(arguments: [String], status: Int32) async throws {
        let samples = try SampleFiles()
        let aal2 = try samples.folder.read("aal1.json").replacing("aal1", with: "aal2")
        try samples.folder.write(aal2, to: "aal2.json")
        try samples.folder.write("gatekeeper 1\nadmit\n", to: "bad.policy")
        let policy = arguments.contains("--policy") ? [] : ["--policy", "p.policy"]
        for verb in ["check", "explain"] {
            for format in ["text", "json"] {
                let result = try await ChildProcess.run(
                    "gatekeeper",
                    [verb] + policy + arguments + ["--format", format],
                    in: samples.folder.path
                )
                #expect(result.status == status, "\(verb) \(format): \(result.errors)")
            }
        }
    }

    @Test("`explain` shows every policy part by part, and how to get through")
    func explain() async throws {
        let samples = try SampleFiles()
        let result = try await samples.run(
            "explain",
            "--policy",
            "p.policy",
            "--claims",
            "aal1.json",
            "--user",
            "ada.json",
            "--request",
            "GET /admin",
            "--at",
            SampleFiles.moment
        )
        #expect(result.status == 2)
        for text in [
            "policy opted-in-only", "hit   for users", "with a verified factor",
            "miss  require aal2",
            "password: 2026-10-01T11:58:00Z", "to get through:",
        ] {
            #expect(result.output.contains(text), "\(text)")
        }
        #expect(!result.output.contains("\u{1B}"))
        let json = try await samples.run(
            "explain",
            "--policy",
            "p.policy",
            "--claims",
            "aal1.json",
            "--user",
            "ada.json",
            "--format",
            "json"
        )
        #expect(try json.json["explanation"]?["policies"]?.arrayValue?.count == 1)
    }
}
