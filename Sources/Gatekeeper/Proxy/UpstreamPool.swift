internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// The upstream connections of one event loop: idle ones are reused, the latest first.
final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let address: UpstreamAddress
    private let limits: ProxyLimits
    private var idle: [UpstreamHandler] = []

    init(eventLoop: any EventLoop, settings: ProxySettings) {
        self.eventLoop = eventLoop
        self.address = settings.upstream
        self.limits = settings.limits
    }

    /// The connection that was idle for the shortest time, or nil.
    func takeIdle() -> UpstreamHandler? {
        while let upstream = self.idle.popLast() {
            if upstream.isUsable { return upstream }
        }
        return nil
    }

    /// Keeps a connection for the next exchange.
    func putBack(_ upstream: UpstreamHandler, at now: NIODeadline) {
        guard self.idle.count < self.limits.idleUpstreamConnections else {
            return upstream.close()
        }
        upstream.idleSince = now
        self.idle.append(upstream)
    }

    /// Forgets an idle connection that was closed by the upstream.
    func remove(_ upstream: UpstreamHandler) {
        self.idle.removeAll { $0 === upstream }
    }

    /// Closes connections that were idle for so long that the upstream may be about to.
    func closeIdle(at now: NIODeadline) {
        let limit = now - self.limits.upstreamIdleTimeout
        // The longest idle ones stand first.
        while let first = self.idle.first, first.idleSince < limit {
            self.idle.removeFirst()
            first.close()
        }
    }

    func closeAll() {
        let upstreams = self.idle
        self.idle = []
        for upstream in upstreams {
            upstream.close()
        }
    }
}

@available(*, unavailable)
extension UpstreamPool: Sendable {}

extension UpstreamPool {
    /// Opens a new connection; the future's callbacks run on the pool's event loop.
    func connect(for loop: ProxyLoop) -> EventLoopFuture<NIOLoopBound<UpstreamHandler>> {
        let bound = NIOLoopBound(loop, eventLoop: self.eventLoop)
        let address = self.address
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(self.limits.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if case .tls(_, _, let context, let serverName) = address {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: serverName)
                        )
                    }
                    let handler = UpstreamHandler(loop: bound.value)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        return Self.connect(bootstrap, to: address).flatMapThrowing { channel in
            NIOLoopBound(
                try channel.pipeline.syncOperations.handler(type: UpstreamHandler.self),
                eventLoop: channel.eventLoop
            )
        }
    }

    private static func connect(
        _ bootstrap: ClientBootstrap,
        to address: UpstreamAddress
    ) -> EventLoopFuture<any Channel> {
        switch address {
        case .tcp(let host, let port), .tls(let host, let port, _, _):
            // A literal needs no resolver and no race between address families.
            if let literal = try? SocketAddress(ipAddress: host, port: port) {
                return bootstrap.connect(to: literal)
            }
            return bootstrap.connect(host: host, port: port)
        case .unix(let path):
            return bootstrap.connect(unixDomainSocketPath: path)
        }
    }
}
