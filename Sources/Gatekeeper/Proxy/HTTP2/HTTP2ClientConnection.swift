internal import HTTPMessage
internal import NIOCore
internal import NIOHTTP2

/// A client connection that speaks HTTP/2: what its streams share.
final class HTTP2ClientConnection: ChannelInboundHandler, WatchedConnection {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let loop: ProxyLoop
    let info: ConnectionInfo
    private let limits: HTTP2Limits
    var registration = 0
    private var streams: [HTTP2ClientStream] = []
    private var context: ChannelHandlerContext?
    private var watch: FrameWatch?
    private var deadline = NIODeadline.distantFuture
    private var lastStream = HTTP2StreamID.rootStream
    private var faults = 0
    private var isLeaving = false
    private var isOver = false

    private init(loop: ProxyLoop, info: ConnectionInfo, limits: HTTP2Limits) {
        self.loop = loop
        self.info = info
        self.limits = limits
    }

    /// Lets `channel` speak HTTP/2 from its next byte on.
    static func begin(
        on channel: any Channel,
        _ loop: ProxyLoop,
        info: ConnectionInfo,
        limits: HTTP2Limits
    ) throws {
        let connection = HTTP2ClientConnection(loop: loop, info: info, limits: limits)
        let bound = NIOLoopBound(connection, eventLoop: loop.eventLoop)
        let pipeline = channel.pipeline.syncOperations
        let watch = FrameWatch(limits: limits) { bound.value.leave(.enhanceYourCalm) }
        connection.watch = watch
        try pipeline.addHandler(watch)
        try pipeline.addHandler(
            NIOHTTP2Handler(
                mode: .server,
                eventLoop: loop.eventLoop,
                connectionConfiguration: limits.connectionConfiguration(
                    headerBytes: loop.settings.limits.headerBytes
                ),
                streamConfiguration: limits.streamConfiguration
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    let handler = HTTP2ClientStream(of: bound.value)
                    try stream.pipeline.syncOperations.addHandler(handler)
                }
            }
        )
        try pipeline.addHandler(connection)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.opened(self)
        self.becameIdle()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.watch = nil
        self.end()
    }
}

@available(*, unavailable)
extension HTTP2ClientConnection: Sendable {}

// Streams.
extension HTTP2ClientConnection {
    func opened(_ stream: HTTP2ClientStream, id: HTTP2StreamID) {
        self.lastStream = max(self.lastStream, id)
        self.deadline = .distantFuture
        stream.index = self.streams.count
        self.streams.append(stream)
    }

    /// Whether more streams are open than may be: NIO minds the limit only once the client has
    /// acknowledged it.
    var isCrowded: Bool { self.streams.count > self.limits.maximumStreams }

    func closed(_ stream: HTTP2ClientStream) {
        let index = stream.index
        guard index < self.streams.count, self.streams[index] === stream else { return }
        let last = self.streams.removeLast()
        if last !== stream {
            last.index = index
            self.streams[index] = last
        }
        if self.streams.isEmpty { self.becameIdle() }
    }

    private func becameIdle() {
        guard !self.isLeaving else { return }
        guard !self.loop.isDraining else { return self.leave(.noError) }
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.idleTimeout)
    }

    /// Data went out, which the client may answer by opening its windows.
    func sent(_ bytes: Int) {
        self.watch?.sent(bytes)
    }

    /// A stream broke the rules, or was never read to its end.
    func countFault() {
        self.faults += 1
        if self.faults > self.limits.maximumResets { self.leave(.enhanceYourCalm) }
    }
}

// The connection as a whole.
extension HTTP2ClientConnection {
    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.endReading()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    // What concerns one stream has reset it. For anything else GOAWAY is on its way.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOHTTP2Errors.BadStreamStateTransition, is NIOHTTP2Errors.StreamError,
            is NIOHTTP2Errors.CreatedStreamAfterGoaway, is NIOHTTP2Errors.NoSuchStream,
            is NIOHTTP2Errors.TrailersWithoutEndStream:
            break
        default:
            guard !self.isLeaving else { return }
            self.beginToLeave()
            self.linger()
            self.loop.settle()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that has sent its last byte cannot even acknowledge any more.
        guard case ChannelEvent.inputClosed? = event as? ChannelEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        self.flushStreams()
        context.close(promise: nil)
    }

    func tick(at now: NIODeadline) {
        for index in self.streams.indices.reversed() where index < self.streams.count {
            self.streams[index].tick(at: now)
        }
        guard self.deadline <= now else { return }
        if self.isLeaving { self.closeNow() } else { self.leave(.noError) }
    }

    func drain() {
        guard !self.isLeaving else { return }
        guard !self.streams.isEmpty else { return self.leave(.noError) }
        // RFC 9113 section 6.8: requests that are on their way are still served.
        self.sendGoAway(.maxID, .noError, promise: nil)
    }

    func closeNow() {
        guard let context = self.context, !self.isOver else { return }
        self.flushStreams()
        if !self.isLeaving { self.sendGoAway(self.lastStream, .noError, promise: nil) }
        self.end()
        context.close(promise: nil)
    }

    /// Says goodbye, whatever still runs, and closes once that and all before it has gone out.
    ///
    /// The last frame of a response may be on its way through this very call: closing now would
    /// take the response away.
    private func leave(_ reason: HTTP2ErrorCode) {
        guard let context = self.context, !self.isOver, !self.isLeaving else { return }
        self.flushStreams()
        let written = context.eventLoop.makePromise(of: Void.self)
        self.sendGoAway(self.lastStream, reason, promise: written)
        self.beginToLeave()
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.idleTimeout)
        written.futureResult.assumeIsolated().whenComplete { _ in self.linger() }
        self.loop.settle()
    }

    /// Sends what the streams have gathered, while they are there.
    private func flushStreams() {
        for stream in self.streams { stream.flush() }
    }

    private func beginToLeave() {
        self.isLeaving = true
        self.watch?.drop()
        self.endStreams()
    }

    /// Ends everything but the socket: closing it with unread bytes would reset it, and take the
    /// GOAWAY away from the client.
    private func linger() {
        guard let context = self.context, !self.isOver else { return }
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.lingerTimeout)
        context.close(mode: .output, promise: nil)
    }

    private func sendGoAway(
        _ last: HTTP2StreamID,
        _ reason: HTTP2ErrorCode,
        promise: EventLoopPromise<Void>?
    ) {
        guard let context = self.context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let frame = HTTP2Frame(
            streamID: .rootStream,
            payload: .goAway(lastStreamID: last, errorCode: reason, opaqueData: nil)
        )
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: promise)
    }

    private func end() {
        guard !self.isOver else { return }
        self.isOver = true
        self.deadline = .distantFuture
        self.endStreams()
        self.loop.closed(self)
        self.loop.settle()
    }

    private func endStreams() {
        let streams = self.streams
        self.streams = []
        for stream in streams { stream.left() }
    }
}
