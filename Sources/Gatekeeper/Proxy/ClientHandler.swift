internal import HTTPMessage
internal import NIOCore

/// One client connection: HTTP/1.1 syntax on the side of the client.
final class ClientHandler: ChannelInboundHandler, RemovableChannelHandler, ClientSide,
    WatchedConnection
{
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Phase {
        /// Between requests, or inside a head.
        case head
        /// A request's body goes to the exchange as far as that takes it.
        case body
        /// The request is complete; what follows waits for its response.
        case responding
        /// The rest of an answered request is dropped.
        case discarding
        case tunnel
        /// The last answer is on its way; whatever the client still sends is dropped.
        case finishing
        /// The last answer is sent; the client is given time to read it.
        case lingering
        case closed
    }

    let loop: ProxyLoop
    var registration = 0
    var phase = Phase.head
    var reader = BodyReader(request: .none, maximumTrailers: 0)
    var parser: RequestHeadParser
    var unread = ByteBuffer()
    let outbox = Outbox()
    var isReading = true
    private(set) var isWritable = true
    var mayReadBody = true
    var isChunked = false
    var isUntilClose = false
    var hasSeenEnd = false
    var hasBegunHead = false
    var isQueuedForFlush = false
    private(set) var isProcessing = false
    /// Requests begun since the other connections of the loop had their turn.
    var requestsOfTurn = 0
    /// Whether unread requests wait for this connection's next turn.
    private(set) var awaitsTurn = false
    /// For what the connection itself waits for: a head, a discarded body, the last bytes.
    var deadline = NIODeadline.distantFuture
    private(set) var context: ChannelHandlerContext?
    private(set) var exchange: Exchange?

    private let arrival: Arrival

    init(loop: ProxyLoop, arrival: Arrival = Arrival()) {
        self.loop = loop
        self.arrival = arrival
        self.parser = RequestHeadParser(limit: loop.settings.limits.headerBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.start(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.start(context)
    }

    private func start(_ context: ChannelHandlerContext) {
        guard self.exchange == nil else { return }
        let info = ConnectionInfo(
            channel: context.channel,
            arrival: self.arrival,
            trusting: self.loop.settings.trustedProxies
        )
        self.exchange = Exchange(loop: self.loop, connection: info, client: self)
        self.loop.opened(self)
        self.awaitRequest()
    }
}

@available(*, unavailable)
extension ClientHandler: Sendable {}

extension ClientHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        if self.unread.readableBytes == 0 {
            self.unread = bytes
        } else {
            self.unread.writeImmutableBuffer(bytes)
        }
        self.proceed()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.endReading()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        self.exchange?.clientBecame(writable: self.isWritable)
        self.loop.settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.left()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.left()
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        self.hasSeenEnd = true
        self.proceed()
        self.sawEnd()
        self.loop.settle()
    }

    /// The client sends nothing more; what it sent in full is still answered.
    private func sawEnd() {
        switch self.phase {
        case .head, .responding, .finishing, .closed:
            break
        case .discarding:
            self.closeAfterFlush()
        case .body, .lingering:
            self.closeNow()
        case .tunnel:
            self.exchange?.clientLeft()
            self.closeNow()
        }
    }

    private func left() {
        self.phase = .closed
        self.unread = ByteBuffer()
        self.exchange?.clientLeft()
        self.loop.closed(self)
        self.loop.settle()
    }

    func proceed() {
        guard !self.isProcessing, !self.awaitsTurn else { return }
        self.isProcessing = true
        self.requestsOfTurn = 0
        while self.requestsOfTurn < Self.requestsPerTurn, self.step() {}
        self.isProcessing = false
        if self.requestsOfTurn == Self.requestsPerTurn { self.awaitTurn() }
        // The storage goes back to the channel, which then reads into it again.
        if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
        if self.hasSeenEnd, self.phase == .head, !self.awaitsTurn { return self.closeAfterFlush() }
        self.updateReading()
    }
}

// Requests that are answered without an upstream cost no waiting, so a client that pipelines them
// could keep the loop to itself.
extension ClientHandler {
    static let requestsPerTurn = 16

    private func awaitTurn() {
        self.awaitsTurn = true
        self.loop.eventLoop.assumeIsolated().execute {
            self.awaitsTurn = false
            self.proceed()
            self.loop.settle()
        }
    }
}

// Deadlines of the connection itself; a running exchange has its own.
extension ClientHandler {
    func tick(at now: NIODeadline) {
        self.exchange?.tick(at: now)
        guard self.deadline <= now else { return }
        switch self.phase {
        case .head where self.unread.readableBytes > 0: self.headTimedOut()
        case .head, .body, .responding, .discarding, .tunnel, .finishing, .lingering,
            .closed:
            self.closeNow()
        }
    }

    func awaitRequest() {
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.idleTimeout)
    }

    func drain() {
        guard case .head = self.phase, self.unread.readableBytes == 0 else { return }
        // The last response may still be on its way to a slow reader.
        self.closeAfterFlush()
    }

    func closeNow() {
        self.flush()
        self.phase = .closed
        self.unread = ByteBuffer()
        self.exchange?.clientLeft()
        self.context?.close(promise: nil)
    }
}
