import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TokenSigning
import TokenVerify

@testable import GatekeeperDemo

/// An OpenID Connect provider on this machine, whose answers can be changed.
final class OpenIDConnectProject: Sendable {
    let standIn: OpenIDConnectStandIn
    private let channel: any Channel
    private let replies: Mutex<[String: DemoResponse]>

    private init(
        _ standIn: OpenIDConnectStandIn,
        _ channel: any Channel,
        _ replies: consuming sending [String: DemoResponse]
    ) {
        self.standIn = standIn
        self.channel = channel
        self.replies = Mutex(replies)
    }

    private final class Relay: Sendable {
        let project = Mutex<OpenIDConnectProject?>(nil)
    }

    /// Starts the provider, lends it to `body`, and stops it whatever happens.
    static func run(
        path: String = "",
        replies: [String: DemoResponse] = [:],
        _ body: (OpenIDConnectProject) async throws -> Void
    ) async throws {
        let relay = Relay()
        let server = DemoServer { request in
            relay.project.withLock { $0 }?.respond(to: request)
                ?? DemoResponse(status: .internalServerError)
        }
        let channel = try await server.start(port: 0, on: MultiThreadedEventLoopGroup.singleton)
        let url = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"
        let standIn = OpenIDConnectStandIn(
            issuer: url + path,
            key: try SigningKey.generate(.es256, keyID: "provider-1")
        )
        let project = OpenIDConnectProject(standIn, channel, replies)
        relay.project.withLock { $0 = project }
        do {
            try await body(project)
        } catch {
            try await channel.close().get()
            throw error
        }
        try await channel.close().get()
        relay.project.withLock { $0 = nil }
    }

    private func respond(to request: DemoRequest) -> DemoResponse {
        self.replies.withLock { $0[request.path] } ?? self.standIn.respond(to: request)
    }

    /// The configuration of the provider as an issuer.
    func configuration(_ extra: String...) -> String {
        let lines = ["provider: oidc", "issuer: \(self.standIn.issuer)", "audience: [api]"]
        return "  - " + (lines + extra).joined(separator: "\n    ")
    }
}
