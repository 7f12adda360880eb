import Foundation
import Testing

/// The demo authority, judged by the client library that applications use.
@Suite(.timeLimit(.minutes(2))) struct AuthorityClientTests {
    @Test("PyPI's supabase-auth signs up, in and out, and manages factors")
    func client() async throws {
        let authority = try ChildProcess.start("gatekeeper-demo", ["authority", "--port", "0"])
        defer { authority.signal(SIGTERM) }
        try await authority.says("listens at")
        let url = try #require(authority.output.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/)?.output)
        let result = try await ChildProcess.run(
            Project.file(".build-python/bin/python"),
            [Project.file("Tests/Clients/supabase_auth_client.py"), String(url)]
        )
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.output.hasSuffix("all was fine\n"))
    }
}
