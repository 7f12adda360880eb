import DemoAuthority
import JSON
import NIOHTTP1
import Synchronization
import TokenSigning
import TokenVerify

@testable import GatekeeperDemo

/// The APIs of a Clerk instance on this machine, which can be changed and asked what they saw.
final class ClerkProject: Sendable {
    private struct State {
        var replies: [String: DemoResponse] = [:]
        var asked: [DemoRequest] = []
    }

    let standIn: ClerkStandIn
    private let state = Mutex(State())

    private init(_ standIn: ClerkStandIn) {
        self.standIn = standIn
    }

    /// Starts the APIs, lends them to `body`, and stops them whatever happens.
    static func run(
        isDevelopment: Bool = true,
        _ body: (ClerkProject) async throws -> Void
    ) async throws {
        let server = try await DemoServer.listen(port: 0)
        let project = ClerkProject(
            ClerkStandIn(
                url: server.url,
                key: try ClerkKey.shared.get(),
                isDevelopment: isDevelopment
            )
        )
        try await server.serve { project.respond(to: $0) }
        do {
            try await body(project)
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    private func respond(to request: DemoRequest) -> DemoResponse {
        let reply = self.state.withLock { state in
            state.asked.append(request)
            return state.replies[request.path]
        }
        return reply ?? self.standIn.respond(to: request)
    }

    /// How often a path was asked for.
    func asked(_ path: String) -> Int {
        self.state.withLock { state in state.asked.count { $0.path == path } }
    }

    /// Answers a path like this from now on; nil ends it.
    func reply(to path: String, with response: DemoResponse?) {
        self.state.withLock { $0.replies[path] = response }
    }

    /// The configuration of the instance as an issuer.
    func configuration(_ extra: [String] = ["secret_key: sk_test_stand_in"]) -> String {
        let lines = [
            "provider: clerk", "publishable_key: \(self.standIn.publishableKey)",
            "frontend_api: \(self.standIn.url)", "backend_api: \(self.standIn.url)",
            "authorized_parties: [https://app.example]",
        ]
        return "  - " + (lines + extra).joined(separator: "\n    ")
    }

    /// A session token that a page of the application fetched.
    func token(
        _ name: String,
        second: Int64 = -1,
        age: Int64 = 0,
        changes: JSONObject = [:],
        header: JSONObject = ["cat": "cl_B7d4PD111AAA"]
    ) throws -> String {
        guard let persona = ClerkPersona.named(name) else {
            throw NeverHappened(description: "nobody is called \(name)")
        }
        return try self.standIn.token(
            for: persona,
            verified: (5, second),
            party: "https://app.example",
            age: age,
            changes: changes,
            header: header
        )
    }
}

/// One RSA key for all tests: making it takes a while.
private enum ClerkKey {
    static let shared = Result { try SigningKey.generate(.rs256, keyID: "ins_standin") }
}
