import DemoAuthority
import JSON
import NIOHTTP1
import Testing

/// Facts about users, asked of the issuer itself.
@Suite(.timeLimit(.minutes(1))) struct DirectorySourceTests {
    private static func run(
        _ settings: String = "directory: {source: issuer}",
        _ body: (Gate, ProjectStandIn) async throws -> Void
    ) async throws {
        let project = try ProjectStandIn()
        try await project.start()
        var setup = try GateSetup(settings: settings, issuers: project.configuration)
        setup.policy = """
            gatekeeper 1
            pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
            admit users
            policy opted-in-only { for users with a verified factor on /items/** require aal2 }
            """
        try await Gate.run(setup) { gate in try await body(gate, project) }
        try await project.stop()
    }

    @Test(
        "the issuer's own record decides",
        arguments: [("olga", 200), ("ada", 302), ("ada-aal2", 200)]
    )
    func facts(name: String, status: Int) async throws {
        try await Self.run { gate, project in
            let answer = try await gate.get("/items", as: try project.token(name))
            #expect(answer.status == status)
            // Whom the policy is for is a question about the user, whatever the session's level.
            #expect(project.asked(ProjectStandIn.user) == 1)
        }
    }

    @Test("facts are asked for once, and only where a policy needs them")
    func cached() async throws {
        try await Self.run { gate, project in
            let token = try project.token("ada")
            #expect(try await gate.get("/elsewhere", as: token).status == 200)
            #expect(project.asked(ProjectStandIn.user) == 0)
            for _ in 0..<3 { #expect(try await gate.get("/items", as: token).status == 302) }
            #expect(project.asked(ProjectStandIn.user) == 1)
        }
    }

    @Test(
        "a definite no is unauthenticated, with its reason",
        arguments: [
            ("user_not_found", "user-not-found"), ("session_not_found", "session-revoked"),
            ("user_banned", "user-banned"),
        ]
    )
    func refused(code: String, reason: String) async throws {
        try await Self.run { gate, project in
            let body = #"{"code":403,"error_code":"\#(code)","msg":"no"}"#
            project.reply(to: ProjectStandIn.user, with: .json(body, status: .forbidden))
            let answer = try await gate.get("/items", as: try project.token("ada"))
            #expect(answer.status == 401)
            #expect(answer.reason == reason)
        }
    }

    @Test(
        "anything else is a source that failed: 503 where a fact is needed, nothing where it is not",
        arguments: [
            DemoResponse.json("{}"), .json("{\"id\":\"somebody-else\"}"), .json("<html>"),
            .json("{}", status: .unauthorized), .json("{}", status: .internalServerError),
            .redirect(to: "/auth/v1/other"),
        ]
    )
    func failed(response: DemoResponse) async throws {
        try await Self.run { gate, project in
            project.reply(to: ProjectStandIn.user, with: response)
            let token = try project.token("ada")
            let answer = try await gate.get("/items", as: token)
            #expect(answer.status == 503)
            #expect(answer.reason == "directory-unavailable")
            #expect(answer["Retry-After"] != nil)
            #expect(try await gate.get("/elsewhere", as: token).status == 200)
            #expect(try await gate.admin("/readyz").status == 200)
        }
    }
}
