import DemoAuthority
import JSON
import NIOHTTP1
import Testing
import TokenSigning
import TokenVerify

/// Facts from any endpoint that answers with JSON, Supabase's own lists of factors among them.
@Suite(.timeLimit(.minutes(1))) struct HTTPDirectoryTests {
    private static let list =
        #"[{"id": "1", "factor_type": "totp", "status": "verified", "friendly_name": "Phone"}]"#

    private static func run(
        _ directory: (ProjectStandIn) -> String,
        _ body: (Gate, ProjectStandIn, TestIssuer) async throws -> Void
    ) async throws {
        let project = try ProjectStandIn()
        try await project.start()
        let key = try SigningKey.generate(.es256, keyID: "project-1")
        let issuer = try project.sign(with: [key])
        let lines = directory(project).split(separator: "\n").map { "  \($0)\n" }.joined()
        var setup = try GateSetup(
            settings: "directory:\n  source: http\n\(lines)",
            issuers: project.configuration
        )
        setup.policy = """
            gatekeeper 1
            pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
            admit users
            policy opted-in-only  { for users with a verified factor on /items/** require aal2 }
            policy new-users-only { for users created on or after 2026-01-01 on /new/** require aal2 }
            """
        try await Gate.run(setup) { gate in try await body(gate, project, issuer) }
        try await project.stop()
    }

    private static func token(
        _ issuer: TestIssuer,
        _ subject: String = "olga",
        session: String = "s"
    ) throws -> String {
        try issuer.token(subject, extra: ["session_id": .string(session)])
    }

    @Test(
        "the admin API's list of a user's factors is facts enough",
        arguments: [
            (Self.list, 302), ("[]", 200), ("null", 200), ("{}", 503), (#"[{"x":1}]"#, 503),
        ]
    )
    func adminList(body: String, status: Int) async throws {
        try await Self.run { project in
            """
            url: \(project.url)/auth/v1/admin/users/{subject}/factors
            headers: {apikey: sb_secret_x, Authorization: "Bearer sb_secret_x"}
            factors: .
            """
        } _: { gate, project, issuer in
            project.reply(to: "/auth/v1/admin/users/olga/factors", with: .json(body))
            let token = try Self.token(issuer)
            #expect(try await gate.get("/items/1", as: token).status == status)
            // When the user came is not in it: nobody can tell, so nobody passes.
            #expect(try await gate.get("/new/1", as: token).status == 503)
        }
    }

    @Test("an endpoint that lists the factors of whoever asks is asked with the user's own token")
    func ownList() async throws {
        try await Self.run { project in
            """
            url: \(project.url)/auth/v1/factors
            headers: {apikey: sb_publishable_demo, Authorization: "Bearer {token}"}
            factors: .
            """
        } _: { gate, project, issuer in
            project.reply(to: "/auth/v1/factors", with: .json(Self.list))
            let token = try Self.token(issuer)
            #expect(try await gate.get("/items/1", as: token).status == 302)
            #expect(try await gate.get("/items/2", as: token).status == 302)
            #expect(project.asked("/auth/v1/factors") == 1)
            #expect(project.lastBearer == token)
            // What one session was told says nothing to another.
            let other = try Self.token(issuer, session: "other")
            #expect(try await gate.get("/items/1", as: other).status == 302)
            #expect(project.asked("/auth/v1/factors") == 2)
            #expect(project.lastBearer == other)
        }
    }

    @Test("the subject, the time and the factors stand where the configuration says")
    func paths() async throws {
        try await Self.run { project in
            """
            url: \(project.url)/people?id={subject}
            id: person.sub
            created_at: person.since
            factors: person."second factors"
            """
        } _: { gate, project, issuer in
            func answer(_ subject: String) -> DemoResponse {
                .json(
                    """
                    {"person": {"sub": "\(subject)", "since": "2026-02-01T00:00:00Z",
                                "second factors": \(Self.list)}}
                    """
                )
            }
            project.reply(to: "/people", with: answer("olga"))
            let token = try Self.token(issuer)
            #expect(try await gate.get("/items/1", as: token).status == 302)
            #expect(try await gate.get("/new/1", as: token).status == 302)
            project.reply(to: "/people", with: answer("ada"))
            #expect(try await gate.get("/items/1", as: Self.token(issuer, "nils")).status == 503)
        }
    }
}
