internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// One event loop's connections to one server: idle ones are reused, the latest first.
final class UpstreamPool {
    private let eventLoop: any EventLoop
    private let target: UpstreamTarget
    private let limits: ProxyLimits
    private var idle: [UpstreamHandler] = []
    private var shared: [HTTP2UpstreamConnection] = []
    private var opening: EventLoopFuture<NIOLoopBound<HTTP2UpstreamConnection>>?
    /// Requests that this server is busy with.
    var load = 0

    init(eventLoop: any EventLoop, target: UpstreamTarget, limits: ProxyLimits) {
        self.eventLoop = eventLoop
        self.target = target
        self.limits = limits
    }

    var health: UpstreamHealth { self.target.health }

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
        for connection in self.shared { connection.closeIfIdle(since: limit) }
    }

    func closeAll() {
        let upstreams = self.idle
        self.idle = []
        for upstream in upstreams {
            upstream.close()
        }
        for connection in self.shared { connection.closeWhenDone() }
    }
}

@available(*, unavailable)
extension UpstreamPool: Sendable {}

extension UpstreamPool {
    /// A way to send one more request; the future's callbacks run on the pool's event loop.
    func connect(for loop: ProxyLoop) -> EventLoopFuture<NIOLoopBound<any UpstreamSide>> {
        guard self.target.speaksHTTP2 else {
            return self.open(loop) { channel, pool, loop in
                let handler = UpstreamHandler(loop: loop, pool: pool)
                try channel.pipeline.syncOperations.addHandler(handler)
            }.flatMapThrowing { channel in
                NIOLoopBound(
                    try channel.pipeline.syncOperations.handler(type: UpstreamHandler.self),
                    eventLoop: channel.eventLoop
                )
            }
        }
        if let connection = self.shared.first(where: \.hasRoom) { return connection.openStream() }
        return self.openShared(loop).flatMap { $0.value.openStream() }
    }

    // One connection is opened at a time: whoever asks meanwhile shares it.
    private func openShared(
        _ loop: ProxyLoop
    ) -> EventLoopFuture<NIOLoopBound<HTTP2UpstreamConnection>> {
        if let opening = self.opening { return opening }
        let scheme = self.target.address.usesTLS ? "https" : "http"
        let opening = self.open(loop) { channel, pool, loop in
            try HTTP2UpstreamConnection.begin(on: channel, loop, pool: pool, scheme: scheme)
        }.flatMapThrowing { channel in
            NIOLoopBound(
                try channel.pipeline.syncOperations.handler(type: HTTP2UpstreamConnection.self),
                eventLoop: channel.eventLoop
            )
        }
        self.opening = opening
        opening.assumeIsolated().whenComplete { result in
            self.opening = nil
            guard case .success(let bound) = result, bound.value.hasRoom else { return }
            self.shared.append(bound.value)
        }
        return opening
    }

    func remove(_ connection: HTTP2UpstreamConnection) {
        self.shared.removeAll { $0 === connection }
    }

    private func open(
        _ loop: ProxyLoop,
        _ begin: @escaping @Sendable (any Channel, UpstreamPool, ProxyLoop) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound((self, loop), eventLoop: self.eventLoop)
        let address = self.target.address
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(self.limits.connectTimeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try address.addTLS(to: channel)
                    try begin(channel, bound.value.0, bound.value.1)
                }
            }
        return loop.settings.descriptors.open(on: self.eventLoop) { address.connect(bootstrap) }
    }
}

extension UpstreamAddress {
    var usesTLS: Bool {
        switch self {
        case .tls: true
        case .tcp, .unix: false
        }
    }

    func addTLS(to channel: any Channel) throws {
        guard case .tls(_, _, let context, let serverName) = self else { return }
        try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context.current, serverHostname: serverName)
        )
    }

    func connect(_ bootstrap: ClientBootstrap) -> EventLoopFuture<any Channel> {
        switch self {
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
