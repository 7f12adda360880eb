internal import NIOCore
internal import NIOPosix

/// The listening side: sockets, one `ProxyLoop` per event loop, start and stop.
final class ProxyServer: Sendable {
    private let loops: [NIOLoopBound<ProxyLoop>]
    private let listeners: [any Channel]
    private let checkers: [NIOLoopBound<UpstreamChecker>]
    private let targets: [UpstreamTarget]
    private let accounts: ClientAccounts

    /// The addresses that are listened on, ports filled in.
    let addresses: [SocketAddress]

    private init(
        loops: [NIOLoopBound<ProxyLoop>],
        listeners: [any Channel],
        checkers: [NIOLoopBound<UpstreamChecker>],
        targets: [UpstreamTarget],
        accounts: ClientAccounts
    ) {
        self.accounts = accounts
        self.loops = loops
        self.checkers = checkers
        self.targets = targets
        self.listeners = listeners
        self.addresses = listeners.compactMap(\.localAddress)
    }

    /// Binds every listener; connections are spread over the loops of `group`.
    ///
    /// `judge` is called once per loop, on that loop.
    static func start(
        on group: MultiThreadedEventLoopGroup,
        settings: ProxySettings,
        judge: @escaping @Sendable (any EventLoop) -> any Judge
    ) async throws -> ProxyServer {
        let targets = settings.targets()
        let accounts = ClientAccounts(settings.clients)
        var loops: [NIOLoopBound<ProxyLoop>] = []
        for eventLoop in group.makeIterator() {
            let bound = try await eventLoop.submit {
                let loop = ProxyLoop(
                    eventLoop: eventLoop,
                    judge: judge(eventLoop),
                    settings: settings,
                    targets: targets,
                    accounts: accounts
                )
                loop.startTicking()
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
            loops.append(bound)
        }
        var listeners: [any Channel] = []
        do {
            for address in settings.listeners {
                listeners.append(
                    try await Self.bind(
                        address,
                        on: group,
                        loops: loops,
                        descriptors: settings.descriptors
                    )
                )
            }
        } catch {
            for listener in listeners {
                listener.close(promise: nil)
            }
            throw error
        }
        return ProxyServer(
            loops: loops,
            listeners: listeners,
            checkers: try await Self.check(targets, settings.health, on: group),
            targets: targets,
            accounts: accounts
        )
    }

    /// Connections of clients that are open.
    var connections: Int { self.accounts.openConnections }

    /// Connections that were closed because their client had too many.
    var refusedConnections: Int { self.accounts.refusedConnections }

    /// The servers by name, and whether each one can be sent requests.
    var upstreams: [(name: String, isUp: Bool)] {
        let now = NIODeadline.now()
        return self.targets.map { target in
            (target.address.authority, target.health.isUp && target.health.readmission <= now)
        }
    }

    private static func check(
        _ targets: [UpstreamTarget],
        _ check: UpstreamCheck?,
        on group: MultiThreadedEventLoopGroup
    ) async throws -> [NIOLoopBound<UpstreamChecker>] {
        guard let check else { return [] }
        var checkers: [NIOLoopBound<UpstreamChecker>] = []
        for target in targets {
            let eventLoop = group.next()
            let checker = try await eventLoop.submit {
                let checker = UpstreamChecker(of: target, check: check, eventLoop: eventLoop)
                checker.start()
                return NIOLoopBound(checker, eventLoop: eventLoop)
            }.get()
            checkers.append(checker)
        }
        return checkers
    }

    private static func bind(
        _ address: SocketEndpoint,
        on group: MultiThreadedEventLoopGroup,
        loops: [NIOLoopBound<ProxyLoop>],
        descriptors: DescriptorBudget
    ) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(
                        ClientAdmission(budget: descriptors)
                    )
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let bound = loops.first(where: { $0.eventLoop === channel.eventLoop })
                    else { throw ChannelError.inappropriateOperationForState }
                    try Arrival.accept(channel, bound.value)
                }
            }
        switch address {
        case .tcp(let host, let port):
            return try await bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port).get()
        case .unix(let path):
            return try await bootstrap.bind(
                unixDomainSocketPath: path,
                cleanupExistingSocketFile: true
            ).get()
        }
    }

    /// Stops accepting, finishes what runs, and returns when every connection is closed.
    func drain() async {
        for listener in self.listeners {
            try? await listener.close().get()
        }
        for checker in self.checkers {
            checker.eventLoop.execute { checker.value.stop() }
        }
        let finished = self.loops.map { bound in
            bound.eventLoop.flatSubmit { bound.value.drain() }
        }
        for future in finished {
            try? await future.get()
        }
    }
}
