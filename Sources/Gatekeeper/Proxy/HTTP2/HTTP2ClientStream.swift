internal import HTTPMessage
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One request of an HTTP/2 connection: the syntax of HTTP/2 on the side of the client.
final class HTTP2ClientStream: ChannelInboundHandler, ClientSide, LoopFlushed {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    enum Phase {
        case head
        /// The body goes to the exchange as far as that takes it.
        case body
        case responding
        /// The rest of an answered request is dropped.
        case discarding
        case tunnel
        /// The response is complete, or never will be.
        case over
    }

    enum Piece {
        case data(ByteBuffer)
        case end(trailers: [UInt8])
    }

    let connection: HTTP2ClientConnection
    let loop: ProxyLoop
    /// Where the connection keeps this stream.
    var index = 0
    var phase = Phase.head
    var received = CircularBuffer<Piece>()
    /// What the announced length leaves to come.
    var remaining: UInt64?
    var hasSeenEnd = false
    var hasSentHead = false
    private(set) var hasSentEnd = false
    private var endWritten: EventLoopFuture<Void>?
    var isGRPC = false
    var mayReadBody = true
    private(set) var isWritable = true
    private var isReading = true
    /// Whether the rest of the request is waited for no longer than the deadline.
    private var isLingering = false
    private var isProcessing = false
    private var isQueuedForFlush = false
    var deadline = NIODeadline.distantFuture
    private(set) var context: ChannelHandlerContext?
    private(set) var exchange: Exchange?

    init(of connection: HTTP2ClientConnection) {
        self.connection = connection
        self.loop = connection.loop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.exchange = Exchange(
            loop: self.loop,
            connection: self.connection.info,
            client: self
        )
        let options = context.channel.syncOptions
        let id = try? options?.getOption(HTTP2StreamChannelOptions.streamID)
        self.connection.opened(self, id: id ?? .rootStream)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.left()
        self.context = nil
    }
}

@available(*, unavailable)
extension HTTP2ClientStream: Sendable {}

extension HTTP2ClientStream {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .headers(let section) where self.phase == .head:
            self.begin(section)
        case .headers(let section):
            self.receiveTrailers(section)
        case .data(let data):
            self.receive(data)
        case .alternativeService, .rstStream, .priority, .settings, .pushPromise, .ping, .goAway,
            .windowUpdate, .origin:
            break
        }
        self.proceed()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.settle()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isWritable = context.channel.isWritable
        self.exchange?.clientBecame(writable: self.isWritable)
        self.loop.settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.left()
        self.loop.settle()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.left()
        self.loop.settle()
    }

    /// The stream is no more.
    func left() {
        self.phase = .over
        self.received.removeAll()
        self.deadline = .distantFuture
        self.exchange?.clientLeft()
        self.connection.closed(self)
    }

    func tick(at now: NIODeadline) {
        self.exchange?.tick(at: now)
        guard self.deadline <= now else { return }
        self.deadline = .distantFuture
        if self.isLingering { return self.reset(.noError) }
        // A response that nobody reads to its end holds memory for as long as it likes.
        self.connection.countFault()
        self.reset(.cancel)
    }

    func proceed() {
        guard !self.isProcessing else { return }
        self.isProcessing = true
        while self.step() {}
        self.isProcessing = false
        self.updateReading()
    }

    /// Stops taking frames, and with them opening the window, while they cannot go anywhere.
    private func updateReading() {
        let reads = (self.received.isEmpty || self.phase == .over) && !self.isLingering
        guard reads != self.isReading, let context = self.context else { return }
        self.isReading = reads
        try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
        if reads { context.read() }
    }

    /// - `ends`: whether it is the response's last frame.
    func write(_ payload: HTTP2Frame.FramePayload, ends: Bool = false) {
        guard let context = self.context else { return }
        var promise: EventLoopPromise<Void>?
        if ends {
            self.hasSentEnd = true
            if !self.hasSeenEnd { promise = context.eventLoop.makePromise() }
            self.endWritten = promise?.futureResult
        }
        context.write(Self.wrapOutboundOut(payload), promise: promise)
        guard !self.isQueuedForFlush else { return }
        self.isQueuedForFlush = true
        self.loop.needsFlush(self)
    }

    func flush() {
        self.isQueuedForFlush = false
        self.context?.flush()
    }

    /// RFC 9113 section 8.1: the rest of the request is not wanted, and nothing is wrong.
    ///
    /// Not before the response is on its way: a reset discards what waits. And not at once: curl
    /// 7.88, in the middle of its upload, takes even this reset for a fault and drops the response.
    /// Meanwhile it may send what the stream's window has room for, and no more.
    func stopRequest() {
        guard !self.hasSeenEnd else { return }
        self.endWritten?.assumeIsolated().whenSuccess { _ in
            guard !self.hasSeenEnd, self.context != nil else { return }
            self.isLingering = true
            self.deadline = self.loop.deadline(in: self.loop.settings.limits.lingerTimeout)
            self.updateReading()
        }
    }

    func reset(_ reason: HTTP2ErrorCode) {
        self.phase = .over
        self.received.removeAll()
        // What was gathered before goes out before: a reset discards what waits.
        if self.isQueuedForFlush { self.context?.flush() }
        self.write(.rstStream(reason))
        self.updateReading()
    }
}
