import JSON
import NIOHTTP1
import PolicyDSL
import Synchronization
import TokenSigning

@testable import DemoAuthority

/// A Supabase project with the personas in it, which can be changed and taken down.
final class ProjectStandIn: Sendable {
    private struct State {
        var authority: Authority?
        var sessions: [String: JSONObject] = [:]
        var server: DemoServer?
        var port = 0
        /// Answers in place of the authority's, by path.
        var replies: [String: DemoResponse] = [:]
        var asked: [String] = []
        var lastBearer: String?
    }

    private let state = Mutex(State())

    init() throws {}

    /// Starts listening, on the port of the time before if there was one.
    func start() async throws {
        let server = try await DemoServer.listen(port: self.port)
        let known = self.state.withLock { $0.authority }
        let authority = try known ?? Authority(rules: AuthorityRules(url: server.url))
        if known == nil {
            try authority.seed(at: .now)
            let sessions = try authority.openReadySessions(at: .now)
            self.state.withLock { $0.sessions = sessions }
        }
        self.state.withLock { state in
            state.authority = authority
            state.server = server
            state.port = server.port
        }
        try await server.serve { self.respond(to: $0) }
    }

    /// Stops listening.
    func stop() async throws {
        try await self.state.withLock { $0.server }?.stop()
    }

    var port: Int { self.state.withLock { $0.port } }

    var url: String { "http://127.0.0.1:\(self.port)" }

    /// The `iss` of the project's tokens.
    var issuer: String { "\(self.url)/auth/v1" }

    /// The token of a ready session.
    func token(_ name: String) throws -> String {
        let session = self.state.withLock { $0.sessions[name] }
        guard let token = session?["access_token"]?.stringValue else {
            throw NeverHappened(description: "a session called \(name)")
        }
        return token
    }

    /// Puts the keys of others in the place of the project's own, and answers who signs with the
    /// first of them in its name.
    func sign(with keys: [SigningKey]) throws -> TestIssuer {
        let set = JSONValue.object(try SigningKey.keySet(keys)).serialized()
        self.reply(to: Self.keySet, with: .json(set))
        var issuer = try keys.first.map { TestIssuer(key: $0) } ?? TestIssuer()
        issuer.name = self.issuer
        issuer.audience = "authenticated"
        return issuer
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
        let (reply, authority) = self.state.withLock { state in
            state.asked.append(request.path)
            let field = request.headers.first(name: "authorization") ?? ""
            if field.hasPrefix("Bearer ") { state.lastBearer = String(field.dropFirst(7)) }
            return (state.replies[request.path], state.authority)
        }
        let answer = reply ?? authority?.respond(to: request, at: .now)
        return answer ?? DemoResponse(status: .internalServerError)
    }
}
