import Testing

/// Files that were written by hand, wrongly: everything that is wrong is said, with its place.
@Suite(.timeLimit(.minutes(1))) struct BadFileTests {
    private static let threeErrors = """
        gatekeeper 1
        admit users
        policy one { for users require aal3 }
        policy two { for user require aal2 }
        policy three { for users on admin/** require aal2 }

        """

    /// What everybody who reads such a policy is told: place, caret and help of each mistake.
    private static let threeReports = """
        error[GK120]: unknown method `aal3`
         --> set.policy:3:32
        3 | policy one { for users require aal3 }
          |                                ^^^^
          = help: did you mean `aal2`?

        error[GK105]: unexpected `user`
         --> set.policy:4:18
        4 | policy two { for user require aal2 }
          |                  ^^^^ expected one of: anyone, visitors, guests, users, services
          = help: did you mean `users`?

        error[GK141]: `admin/**` is not a path
         --> set.policy:5:29
        5 | policy three { for users on admin/** require aal2 }
          |                             ^^^^^^^^
          = help: did you mean `/admin/**`?


        """

    @Test(
        "a policy with three independent errors: all three, with line, column, caret and help",
        arguments: [
            ["check", "--policy", "set.policy"], ["explain", "--policy", "set.policy"],
            ["test", "set.policy"],
        ]
    )
    func threeErrors(arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.threeErrors, to: "set.policy")
        let result = try await ChildProcess.run("gatekeeper", arguments, in: folder.path)
        #expect(result.status == 3)
        #expect(result.errors == Self.threeReports)
        #expect(result.output == "")
    }

    @Test("the configuration's check shows them too, beside its own findings")
    func threeErrorsByConfiguration() async throws {
        let folder = try TemporaryFolder()
        var setup = try GateSetup(settings: "anwser: redirect")
        setup.policy = Self.threeErrors
        try setup.write(to: folder, port: 3000)
        let result = try await ChildProcess.run("gatekeeper", ["config", "check"], in: folder.path)
        #expect(result.status == 3)
        for code in ["GK120", "GK105", "GK141", "GK302"] {
            #expect(result.errors.contains("error[\(code)]"), "\(code)")
        }
    }

    @Test("an unknown configuration key: its place, and the key that was meant")
    func unknownKey() async throws {
        let folder = try TemporaryFolder()
        try GateSetup(settings: "anwser: redirect").write(to: folder, port: 3000)
        let result = try await ChildProcess.run("gatekeeper", ["config", "check"], in: folder.path)
        #expect(result.status == 3)
        let line =
            try folder.read("gatekeeper.yaml").split(
                separator: "\n",
                omittingEmptySubsequences: false
            ).firstIndex { $0.hasPrefix("anwser") }.map { $0 + 1 } ?? 0
        let margin = String(repeating: " ", count: "\(line)".count)
        #expect(
            result.errors
                == """
                error[GK302]: unknown key `anwser`
                 \(margin)--> gatekeeper.yaml:\(line):1
                \(line) | anwser: redirect
                \(margin) | ^^^^^^
                \(margin) = help: did you mean `answer`?


                """.replacing(" \(margin)-->", with: "\(margin)-->")
        )
    }

    @Test(
        "a directory file with a bad date is named with its user, and keeps the check from passing"
    )
    func badDate() async throws {
        let folder = try TemporaryFolder()
        var setup = try GateSetup()
        setup.users = #"{"ada": {"created_at": "2026-02-30T00:00:00Z", "factors": []}}"#
        try setup.write(to: folder, port: 3000)
        let result = try await ChildProcess.run("gatekeeper", ["config", "check"], in: folder.path)
        #expect(result.status == 3)
        #expect(result.errors.contains("error[GK330]"))
        #expect(
            result.errors.contains(
                #"user `ada`: `created_at` is not an RFC 3339 time: "2026-02-30T00:00:00Z""#
            )
        )
    }

    @Test("a directory file that breaks while it is used leaves the facts before it in force")
    func badDateLater() async throws {
        var setup = try GateSetup()
        setup.policy = """
            gatekeeper 1
            admit users
            policy new { for users created on or after 2026-01-01 require aal2 }
            """
        try await ServeProcess.run(setup) { serve in
            let token = try setup.issuer.token("ada")
            #expect(try await serve.get("/", as: token).status == 200)
            try serve.folder.write(
                setup.users.replacing("2020-02-02", with: "2026-02-30"),
                to: "users.json"
            )
            try await serve.process.says("2026-02-30")
            #expect(try await serve.get("/", as: token).status == 200)
            try serve.folder.write(
                setup.users.replacing("2020-02-02", with: "2026-02-28"),
                to: "users.json"
            )
            try await eventually("the corrected file is in force") {
                try await serve.get("/", as: token).status != 200
            }
        }
    }
}
