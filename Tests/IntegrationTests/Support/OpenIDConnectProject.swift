import DemoAuthority
import TokenSigning
import TokenVerify

@testable import GatekeeperDemo

/// An OpenID Connect provider on this machine, whose answers can be changed.
final class OpenIDConnectProject: Sendable {
    let standIn: OpenIDConnectStandIn
    private let replies: [String: DemoResponse]

    private init(_ standIn: OpenIDConnectStandIn, _ replies: [String: DemoResponse]) {
        self.standIn = standIn
        self.replies = replies
    }

    /// Starts the provider, lends it to `body`, and stops it whatever happens.
    ///
    /// `replies` are given in the place of its own answers, by path.
    static func run(
        path: String = "",
        replies: [String: DemoResponse] = [:],
        _ body: (OpenIDConnectProject) async throws -> Void
    ) async throws {
        let server = try await DemoServer.listen(port: 0)
        let standIn = OpenIDConnectStandIn(
            issuer: server.url + path,
            key: try SigningKey.generate(.es256, keyID: "provider-1")
        )
        let project = OpenIDConnectProject(standIn, replies)
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
        self.replies[request.path] ?? self.standIn.respond(to: request)
    }

    /// The configuration of the provider as an issuer.
    func configuration(_ extra: String...) -> String {
        let lines = ["provider: oidc", "issuer: \(self.standIn.issuer)", "audience: [api]"]
        return "  - " + (lines + extra).joined(separator: "\n    ")
    }
}
