import DemoAuthority
import JSON
import NIOHTTP1
import Synchronization
import TokenSigning
import TokenVerify

@testable import GatekeeperDemo

/// The endpoints of a Supabase project, which can be changed and taken down.
final class ProjectStandIn: Sendable {
    private struct State {
        var standIn: SupabaseStandIn?
        var port = 0
        /// Answers in place of the stand-in's, by path.
        var replies: [String: DemoResponse] = [:]
        var asked: [String] = []
        var lastBearer: String?
    }

    private let state = Mutex(State())
    private let server: Mutex<DemoServer?> = Mutex(nil)
    let key: SigningKey

    init() throws {
        self.key = try SigningKey.generate(.es256, keyID: "project-1")
    }

    /// Starts listening, on the port of the time before if there was one.
    func start() async throws {
        let server = try await DemoServer.start(port: self.port) { self.respond(to: $0) }
        self.server.withLock { $0 = server }
        self.state.withLock { $0.port = server.port }
        let standIn = try SupabaseStandIn(url: self.url, key: self.key)
        self.state.withLock { $0.standIn = standIn }
    }

    /// Stops listening.
    func stop() async throws {
        try await self.server.withLock { $0 }?.stop()
    }

    var port: Int { self.state.withLock { $0.port } }

    var url: String { "http://127.0.0.1:\(self.port)" }

    /// Who signs the project's tokens.
    var issuer: DemoIssuer {
        DemoIssuer(key: self.key, name: "\(self.url)/auth/v1", audience: "authenticated")
    }

    /// The configuration of the project as an issuer.
    var configuration: String {
        """
          - provider: supabase
            url: \(self.url)
            api_key: sb_publishable_demo
        """
    }

    /// How often a path was asked for.
    func asked(_ path: String) -> Int {
        self.state.withLock { state in state.asked.count { $0 == path } }
    }

    /// The token or key that was last shown.
    var lastBearer: String? { self.state.withLock { $0.lastBearer } }

    /// Answers a path like this from now on; nil ends it.
    func reply(to path: String, with response: DemoResponse?) {
        self.state.withLock { $0.replies[path] = response }
    }

    static let keySet = "/auth/v1/.well-known/jwks.json"
    static let user = "/auth/v1/user"

    private func respond(to request: DemoRequest) -> DemoResponse {
        let (reply, standIn) = self.state.withLock { state in
            state.asked.append(request.path)
            let field = request.headers.first(name: "authorization") ?? ""
            if field.hasPrefix("Bearer ") { state.lastBearer = String(field.dropFirst(7)) }
            return (state.replies[request.path], state.standIn)
        }
        return reply ?? standIn?.respond(to: request) ?? DemoResponse(status: .internalServerError)
    }
}
