import JSON
import NIOCore
import TokenVerify

/// A directory over HTTP that knows everybody, each with an authenticator app, and can be reached
/// through bad network only.
struct UserService {
    /// How the sidecar asks it.
    enum Interface: String, CaseIterable {
        /// `GET /user` in the user's own name.
        case user
        /// The admin API, with a secret key.
        case admin
        /// The configurable source.
        case http
    }

    let relay: Relay
    private let server: RecordingUpstream

    static func start() async throws -> UserService {
        let server = try await RecordingUpstream.start { _, text in
            guard RecordingUpstream.isComplete(text) else { return [] }
            let body = #"""
                {"id":"\#(Self.subject(of: text))","created_at":"2020-01-01T00:00:00Z",
                 "factors":[{"factor_type":"totp","status":"verified"}]}
                """#
            let head = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            return [.send(head + body)]
        }
        let address = try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
        return UserService(relay: try await Relay.start(to: address), server: server)
    }

    // The last part of the path, or else the `sub` of the token.
    private static func subject(of request: String) -> String {
        let path = request.split(separator: " ").dropFirst().first ?? ""
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        guard name == "user" else { return name }
        let token = request.split(separator: "Bearer ").last?.split(separator: ".")
        let payload = token?.dropFirst().first.flatMap { Base64URL.decode(String($0)) }
        let claims = payload.flatMap { try? JSONValue(parsing: $0) }
        return claims?["sub"]?.stringValue ?? ""
    }

    func stop() async throws {
        try await self.relay.goDown()
        try await self.server.stop()
    }

    /// A gate that asks it about `/items/**` and nothing else.
    func setup(_ interface: Interface, url: String? = nil) throws -> GateSetup {
        let url = url ?? "http://127.0.0.1:\(self.relay.port)"
        let lifetimes =
            "ttl: 1ms, negative_ttl: 1ms, max_stale: 5m, timeout: 2s, max_bytes: 4KiB"
        let source =
            switch interface {
            case .user, .admin: "source: issuer"
            case .http: "source: http, url: \"\(url)/users/{subject}\""
            }
        let key = interface == .admin ? "\n    secret_key: sb_secret_demo" : ""
        var setup = try GateSetup(
            settings: "directory: {\(source), \(lifetimes)}",
            issuers: "  - provider: supabase\n    url: \(url)\n    jwks: keys.json\(key)"
        )
        setup.issuer.name = "\(url)/auth/v1"
        setup.issuer.audience = "authenticated"
        setup.policy = GateSetup.itemsNeedFacts
        return setup
    }
}
