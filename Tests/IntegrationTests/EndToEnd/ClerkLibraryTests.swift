import DemoAuthority
import Testing

@testable import GatekeeperDemo

/// Clerk's own Python library at both ends: in the place of Gatekeeper, and behind it.
@Suite(.timeLimit(.minutes(1))) struct ClerkLibraryTests {
    private static func python(
        _ script: String,
        _ arguments: [String],
        input: String? = nil
    ) async throws -> ProgramResult {
        try await ChildProcess.run(
            Project.file(".build-python/bin/python"),
            [Project.file("Tests/Python/\(script)")] + arguments,
            input: input
        )
    }

    @Test("the stand-in is a Clerk instance to Clerk's library")
    func standIn() async throws {
        try await ClerkProject.run { project in
            let result = try await Self.python(
                "clerk_client.py",
                [
                    project.standIn.url, ClerkStandIn.secretKey, try project.token("ada"),
                    "https://app.example",
                ]
            )
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                result.output == """
                    ada True True 1580634000000 False
                    phil [True]
                    users \(ClerkPersona.all.count) session active user_ada
                    nobody resource_not_found
                    stranger clerk_key_invalid
                    token user_ada token-invalid-authorized-parties

                    """
            )
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// The credentials of a request, made of the tokens of two users.
        let fields: @Sendable (_ ada: String, _ olga: String) -> [String]
        let subject: String
    }

    static let rows = [
        Row(
            testDescription: "a cookie",
            fields: { ada, _ in ["Cookie: __session=\(ada)"] },
            subject: "user_ada"
        ),
        Row(
            testDescription: "a header",
            fields: { ada, _ in ["Authorization: Bearer \(ada)"] },
            subject: "user_ada"
        ),
        Row(
            testDescription: "a header without a scheme",
            fields: { ada, _ in ["Authorization: \(ada)"] },
            subject: "user_ada"
        ),
        Row(
            testDescription: "a cookie that only begins like the session's",
            fields: { ada, olga in ["Cookie: __session0=\(olga); __session=\(ada)"] },
            subject: "user_ada"
        ),
        Row(
            testDescription: "another instance's cookie in front",
            fields: { ada, olga in ["Cookie: __session_abcdefgh=\(olga); __session=\(ada)"] },
            subject: "user_ada"
        ),
        Row(
            testDescription: "a header beside another session's cookie",
            fields: { ada, olga in ["Cookie: __session=\(olga)", "Authorization: Bearer \(ada)"] },
            subject: "user_ada"
        ),
        Row(
            testDescription: "no session of ours",
            fields: { ada, _ in ["Cookie: __session0=\(ada)"] },
            subject: "session-token-missing"
        ),
    ]

    @Test("an application sees the user that was judged, and never another one", arguments: rows)
    func application(_ row: Row) async throws {
        try await ClerkProject.run { project in
            var setup = try GateSetup(issuers: project.configuration())
            setup.policy = "gatekeeper 1\nadmit anyone\n"
            try await Gate.run(setup) { gate in
                let fields = row.fields(try project.token("ada"), try project.token("olga"))
                #expect(try await gate.request("GET", "/x", fields).status == 200)
                let isUser = row.subject.hasPrefix("user_")
                #expect(
                    gate.forwarded.contains("X-Gatekeeper-Subject: \(row.subject)\r\n") == isUser
                )
                let result = try await Self.python(
                    "clerk_application.py",
                    [project.standIn.url, ClerkStandIn.secretKey, "https://app.example"],
                    input: gate.forwarded
                )
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output == row.subject + "\n")
            }
        }
    }
}
