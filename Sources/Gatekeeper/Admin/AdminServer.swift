internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// The small HTTP server for health, readiness and metrics; never on the public port.
struct AdminServer: Sendable {
    private static let idleTimeout = TimeAmount.seconds(30)

    private let channel: any Channel

    /// Where it listens, with the port the system chose.
    var address: SocketAddress? { self.channel.localAddress }

    /// Listens at `endpoint`.
    static func start(
        at endpoint: SocketEndpoint,
        responder: AdminResponder,
        group: any EventLoopGroup
    ) async throws -> AdminServer {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let operations = channel.pipeline.syncOperations
                    try operations.addHandler(IdleStateHandler(allTimeout: Self.idleTimeout))
                    try operations.configureHTTPServerPipeline(withErrorHandling: true)
                    try operations.addHandler(IdleConnectionCloser())
                    try operations.addHandler(AdminHandler(responder))
                }
            }
        let channel =
            switch endpoint {
            case .tcp(let host, let port):
                try await bootstrap.bind(host: host, port: port).get()
            case .unix(let path):
                try await bootstrap.bind(
                    unixDomainSocketPath: path,
                    cleanupExistingSocketFile: true
                ).get()
            }
        return AdminServer(channel: channel)
    }

    func stop() async throws {
        try await self.channel.close()
    }
}

/// Closes connections that say nothing for a while.
private final class IdleConnectionCloser: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }
}
