import NIOCore
import NIOPosix
import Synchronization

/// A stretch of bad network in front of a server: passes bytes on, or does worse.
final class Relay: Sendable {
    enum Fault: Sendable {
        case none
        /// Takes everything and says nothing.
        case silence
        /// Answers in the server's place and hangs up.
        case answer(String)
        /// Answers so in the server's place and never stops.
        case flood(String)
        /// Hangs up after so many bytes of the server's.
        case cut(after: Int)
        /// Falls silent after so many bytes of the server's.
        case stall(after: Int)
    }

    private struct State {
        var fault = Fault.none
        /// Counts the faults, so that connections notice a new one.
        var number = 0
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
    }

    private let target: SocketAddress
    private let state = Mutex(State())
    private let lastPort = Mutex(0)

    private init(to target: SocketAddress) {
        self.target = target
    }

    static func start(to target: SocketAddress) async throws -> Relay {
        let relay = Relay(to: target)
        try await relay.comeBack()
        return relay
    }

    var port: Int { self.lastPort.withLock { $0 } }

    func set(_ fault: Fault) {
        self.state.withLock { state in
            state.fault = fault
            state.number += 1
        }
    }

    /// Refuses connections and ends those there are.
    func goDown() async throws {
        let channels = self.state.withLock { state in
            [state.listener].compactMap(\.self) + Array(state.connections.values)
        }
        for channel in channels { try? await channel.close() }
    }

    /// Listens, on the port of the time before.
    func comeBack() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { client in self.connect(client) }
            .bind(host: "127.0.0.1", port: self.port).get()
        self.lastPort.withLock { $0 = listener.localAddress?.port ?? 0 }
        self.state.withLock { $0.listener = listener }
    }

    private func connect(_ client: any Channel) -> EventLoopFuture<Void> {
        let id = ObjectIdentifier(client)
        self.state.withLock { $0.connections[id] = client }
        client.closeFuture.whenComplete { _ in
            self.state.withLock { $0.connections[id] = nil }
        }
        return ClientBootstrap(group: client.eventLoop)
            .connect(to: self.target)
            .flatMap { server in
                client.eventLoop.makeCompletedFuture {
                    try server.pipeline.syncOperations.addHandler(
                        Side(peer: client, relay: self, isServer: true)
                    )
                    try client.pipeline.syncOperations.addHandler(
                        Side(peer: server, relay: self, isServer: false)
                    )
                }
                .flatMap { client.setOption(.autoRead, value: true) }
            }
    }

    fileprivate var current: (fault: Fault, number: Int) {
        self.state.withLock { ($0.fault, $0.number) }
    }
}

/// One side of a relayed connection; what comes here goes to the peer.
private final class Side: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let relay: Relay
    private let isServer: Bool
    private var passed = 0
    private var number = 0

    init(peer: any Channel, relay: Relay, isServer: Bool) {
        self.peer = peer
        self.relay = relay
        self.isServer = isServer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.unwrapInboundIn(data)
        let (fault, number) = self.relay.current
        if number != self.number { (self.number, self.passed) = (number, 0) }
        switch fault {
        case .none: self.peer.writeAndFlush(bytes, promise: nil)
        case .silence: break
        case .answer(let text) where !self.isServer:
            let channel = context.channel
            channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in
                channel.close(promise: nil)
            }
        case .flood(let text) where !self.isServer:
            context.channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            Self.flood(context.channel)
        case .cut(let limit) where self.isServer: self.pass(bytes, limit: limit, closes: true)
        case .stall(let limit) where self.isServer: self.pass(bytes, limit: limit, closes: false)
        case .cut, .stall: self.peer.writeAndFlush(bytes, promise: nil)
        case .answer, .flood: break
        }
    }

    private func pass(_ bytes: ByteBuffer, limit: Int, closes: Bool) {
        let share = min(bytes.readableBytes, max(0, limit - self.passed))
        self.passed += share
        let peer = self.peer
        let part = bytes.getSlice(at: bytes.readerIndex, length: share) ?? ByteBuffer()
        let written = peer.writeAndFlush(part)
        if self.passed >= limit, closes { written.whenComplete { _ in peer.close(promise: nil) } }
    }

    private static func flood(_ channel: any Channel) {
        let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)
        channel.writeAndFlush(chunk).whenSuccess {
            // Where the reader keeps up, the future is done already: calling on would fill the stack.
            channel.eventLoop.execute { Self.flood(channel) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.peer.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
