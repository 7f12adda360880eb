import NIOCore
import NIOPosix
import Synchronization

/// A client that sends and sees raw bytes.
final class RawClient: Sendable {
    enum Failure: Error {
        /// The deadline passed; what had arrived by then.
        case timedOut(String)
    }

    private struct Storage {
        var received: [UInt8] = []
        var hasEnded = false
        var sawReset = false
        var waiting: (isMet: @Sendable (String, Bool) -> Bool, promise: EventLoopPromise<String>)?
    }

    let channel: any Channel
    private let storage = Mutex(Storage())

    private init(channel: any Channel) {
        self.channel = channel
    }

    static func connect(to address: SocketAddress) async throws -> RawClient {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let client = eventLoop.makePromise(of: RawClient.self)
        // It listens before it is connected: a server may end the connection at once.
        let channel = ClientBootstrap(group: eventLoop)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let made = RawClient(channel: channel)
                    try channel.pipeline.syncOperations.addHandler(Collector(client: made))
                    client.succeed(made)
                }
            }
            .connect(to: address)
        channel.cascadeFailure(to: client)
        _ = try await channel.get()
        return try await client.futureResult.get()
    }

    func send(_ text: String) async throws {
        try await self.send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await self.channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Waits until what arrived meets `condition`, which also learns whether the end was seen.
    @discardableResult
    func receive(
        within limit: TimeAmount = .seconds(10),
        until condition: @escaping @Sendable (String, Bool) -> Bool
    ) async throws -> String {
        let promise = self.channel.eventLoop.makePromise(of: String.self)
        let isMet = self.storage.withLock { storage in
            let text = String(decoding: storage.received, as: UTF8.self)
            guard !condition(text, storage.hasEnded) else { return Optional(text) }
            storage.waiting = (condition, promise)
            return nil
        }
        if let isMet { promise.succeed(isMet) }
        let deadline = self.channel.eventLoop.scheduleTask(in: limit) {
            promise.fail(Failure.timedOut(self.received))
        }
        defer { deadline.cancel() }
        return try await promise.futureResult.get()
    }

    /// Waits for `text`.
    @discardableResult
    func receive(_ text: String) async throws -> String {
        try await self.receive { received, _ in received.contains(text) }
    }

    /// Waits until the server closes.
    @discardableResult
    func receiveAll() async throws -> String {
        try await self.receive { _, hasEnded in hasEnded }
    }

    /// Waits until the server closes, without looking at what it sends.
    func receiveAllBytes() async throws {
        while !self.storage.withLock({ $0.hasEnded }) {
            try await self.channel.eventLoop.scheduleTask(in: .milliseconds(20)) {}.futureResult
                .get()
        }
    }

    var received: String {
        self.storage.withLock { String(decoding: $0.received, as: UTF8.self) }
    }

    var receivedBytes: [UInt8] { self.storage.withLock { $0.received } }

    var hasEnded: Bool { self.storage.withLock { $0.hasEnded } }

    var sawReset: Bool { self.storage.withLock { $0.sawReset } }

    fileprivate func failed(_ error: any Error) {
        self.storage.withLock { $0.sawReset = error is IOError }
    }

    var receivedCount: Int { self.storage.withLock { $0.received.count } }

    /// Forgets what arrived so far.
    func forget() {
        self.storage.withLock { $0.received = [] }
    }

    /// Sends the end, and reads on.
    func endOutput() async throws {
        try await self.channel.close(mode: .output).get()
    }

    func close() async throws {
        try? await self.channel.close().get()
    }

    fileprivate func arrived(_ bytes: [UInt8], ended: Bool) {
        let met: (EventLoopPromise<String>, String)? = self.storage.withLock { storage in
            storage.received += bytes
            storage.hasEnded = storage.hasEnded || ended
            guard let waiting = storage.waiting else { return nil }
            let text = String(decoding: storage.received, as: UTF8.self)
            guard waiting.isMet(text, storage.hasEnded) else { return nil }
            storage.waiting = nil
            return (waiting.promise, text)
        }
        if let met { met.0.succeed(met.1) }
    }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: RawClient

    init(client: RawClient) {
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.client.arrived(Array(Self.unwrapInboundIn(data).readableBytesView), ended: false)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            self.client.arrived([], ended: true)
            // As clients do: a server that is done is not kept waiting.
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.client.arrived([], ended: true)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.client.failed(error)
        context.close(promise: nil)
    }
}
