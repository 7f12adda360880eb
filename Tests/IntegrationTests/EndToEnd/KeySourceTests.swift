import DemoAuthority
import JSON
import NIOHTTP1
import Testing

/// Keys that are fetched: at the start, later, and not at all.
@Suite(.timeLimit(.minutes(1))) struct KeySourceTests {
    private static func setup(_ project: ProjectStandIn) throws -> GateSetup {
        var setup = try GateSetup(issuers: project.configuration)
        setup.policy = "gatekeeper 1\nadmit anyone to /public/**\nadmit users\n"
        return setup
    }

    /// Somebody with a key that the project has not published.
    private static func stranger(
        to project: ProjectStandIn,
        keyID: String
    ) throws -> TestIssuer {
        var issuer = try TestIssuer(keyID: keyID)
        issuer.name = project.issuer
        issuer.audience = "authenticated"
        return issuer
    }

    @Test("keys are fetched from the project")
    func fetched() async throws {
        let project = try ProjectStandIn()
        try await project.start()
        try await Gate.run(try Self.setup(project)) { gate in
            let answer = try await gate.get("/x", as: try project.token("olga"))
            #expect(answer.status == 200)
            #expect(project.asked(ProjectStandIn.keySet) >= 1)
            #expect(try await gate.admin("/readyz").status == 200)
        }
        try await project.stop()
    }

    @Test("keys that cannot be had are 503 for their tokens only, and come back by themselves")
    func unreachableAtStart() async throws {
        let project = try ProjectStandIn()
        try await project.start()
        try await project.stop()
        try await Gate.run(try Self.setup(project)) { gate in
            let token = try project.token("olga")
            let answer = try await gate.get("/x", as: token)
            #expect(answer.status == 503)
            #expect(answer.reason == "keys-unavailable")
            #expect(answer["Retry-After"] != nil)
            #expect(try await gate.get("/public/x").status == 200)
            #expect(try await gate.admin("/readyz").status == 503)
            #expect(try await gate.admin("/healthz").status == 200)
            try await project.start()
            try await eventually("the keys are there") {
                try await gate.get("/x", as: token).status == 200
            }
            #expect(try await gate.admin("/readyz").status == 200)
        }
        try await project.stop()
    }

    @Test("an unknown key is asked for once, however many requests bring it, and then refused")
    func unknownKey() async throws {
        let project = try ProjectStandIn()
        try await project.start()
        try await Gate.run(try Self.setup(project)) { gate in
            let token = try Self.stranger(to: project, keyID: "key-9").token()
            try await eventually("there are keys") { try await gate.admin("/readyz").status == 200 }
            let asked = project.asked(ProjectStandIn.keySet)
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await gate.get("/x", as: token) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 401 })
            #expect(answers.allSatisfy { $0.reason == "token-unknown-key" })
            #expect(project.asked(ProjectStandIn.keySet) == asked + 1)
        }
        try await project.stop()
    }

    @Test("a key that was published since is found by the tokens that name it")
    func rotatedKey() async throws {
        let project = try ProjectStandIn()
        try await project.start()
        let next = try Self.stranger(to: project, keyID: "project-2")
        try await Gate.run(try Self.setup(project)) { gate in
            project.reply(to: ProjectStandIn.keySet, with: .json(try next.keySet()))
            let token = try next.token()
            try await eventually("the new key is in force") {
                try await gate.get("/x", as: token).status == 200
            }
        }
        try await project.stop()
    }

    @Test(
        "an answer that holds no keys is not taken for one",
        arguments: [
            DemoResponse.json("{\"keys\":[]}"), .json("<html>"), .redirect(to: "/elsewhere"),
            .json("{}", status: .internalServerError),
        ]
    )
    func badAnswer(response: DemoResponse) async throws {
        let project = try ProjectStandIn()
        try await project.start()
        project.reply(to: ProjectStandIn.keySet, with: response)
        try await Gate.run(try Self.setup(project)) { gate in
            let token = try project.token("olga")
            #expect(try await gate.get("/x", as: token).reason == "keys-unavailable")
            #expect(project.asked("/elsewhere") == 0)
        }
        try await project.stop()
    }

    @Test("a project that shares a secret is served, and public keys have no part in it")
    func sharedSecret() async throws {
        let secret = "a-secret-of-more-than-thirty-two-bytes"
        let setup = try GateSetup(
            issuers: """
                  - provider: supabase
                    url: https://abc.supabase.co
                    jwt_secret: \(secret)
                    algorithms: [HS256]
                """
        )
        var issuer = TestIssuer(secret: secret)
        issuer.name = "https://abc.supabase.co/auth/v1"
        issuer.audience = "authenticated"
        let token = try issuer.token()
        let service = try issuer.token(
            nil,
            extra: ["iss": "supabase", "role": "service_role", "aud": "legacy"]
        )
        try await Gate.run(setup) { gate in
            let answer = try await gate.get("/x", as: token)
            #expect(answer.status == 200)
            #expect(try await gate.get("/x", as: service).status == 200)
            #expect(gate.forwarded.contains("X-Gatekeeper-Class: service\r\n"))
            let elliptic = try gate.issuer.token(extra: ["iss": .string(issuer.name)])
            #expect(try await gate.get("/x", as: elliptic).reason == "algorithm-not-allowed")
        }
    }

    @Test("a key file that changes is read again")
    func changedFile() async throws {
        try await Gate.run { gate in
            let next = try TestIssuer(keyID: "key-2")
            #expect(try await gate.get("/x", as: try next.token()).status == 401)
            try gate.folder.write(try next.keySet(), to: "keys.json")
            try await eventually("the new key is in force") {
                try await gate.get("/x", as: try next.token()).status == 200
            }
            #expect(try await gate.get("/x", as: try gate.issuer.token()).status == 401)
        }
    }
}
