internal import NIOCore
internal import NIOHTTP2

/// A connection to a server that speaks HTTP/2: each request is a stream of it.
final class HTTP2UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    /// What the server says it takes at once, before it has said so.
    private static let presumedStreams = 100

    private let loop: ProxyLoop
    private unowned let pool: UpstreamPool
    let scheme: String
    private var context: ChannelHandlerContext?
    private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?
    private var maximumStreams = HTTP2UpstreamConnection.presumedStreams
    private var streams = 0
    private var isLeaving = false
    private var idleSince = NIODeadline.uptimeNanoseconds(0)

    private init(loop: ProxyLoop, pool: UpstreamPool, scheme: String) {
        self.loop = loop
        self.pool = pool
        self.scheme = scheme
    }

    /// Lets `channel` speak HTTP/2 as a client.
    static func begin(
        on channel: any Channel,
        _ loop: ProxyLoop,
        pool: UpstreamPool,
        scheme: String
    ) throws {
        let limits = HTTP2Limits()
        var configuration = limits.connectionConfiguration(
            headerBytes: loop.settings.limits.responseHeaderBytes
        )
        configuration.initialSettings = [
            HTTP2Setting(parameter: .enablePush, value: 0),
            HTTP2Setting(parameter: .initialWindowSize, value: limits.streamWindow),
            HTTP2Setting(
                parameter: .maxHeaderListSize,
                value: loop.settings.limits.responseHeaderBytes
            ),
        ]
        let connection = HTTP2UpstreamConnection(loop: loop, pool: pool, scheme: scheme)
        let handler = NIOHTTP2Handler(
            mode: .client,
            eventLoop: loop.eventLoop,
            connectionConfiguration: configuration,
            streamConfiguration: limits.streamConfiguration
        ) { stream in
            // RFC 9113 section 8.4: push was switched off.
            stream.close()
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(handler)
        try pipeline.addHandler(connection)
        connection.multiplexer = try handler.syncMultiplexer()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.end()
    }
}

@available(*, unavailable)
extension HTTP2UpstreamConnection: Sendable {}

extension HTTP2UpstreamConnection {
    /// Whether another request can be sent on it now.
    var hasRoom: Bool { !self.isLeaving && self.streams < self.maximumStreams }

    func openStream() -> EventLoopFuture<NIOLoopBound<any UpstreamSide>> {
        guard let multiplexer = self.multiplexer, let context = self.context else {
            return self.loop.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        self.streams += 1
        let bound = NIOLoopBound((self, self.loop), eventLoop: context.eventLoop)
        return multiplexer.createStreamChannel { stream in
            stream.eventLoop.makeCompletedFuture {
                let handler = HTTP2UpstreamStream(of: bound.value.0, loop: bound.value.1)
                try stream.pipeline.syncOperations.addHandler(handler)
            }
        }.flatMapThrowing { stream in
            let handler = try stream.pipeline.syncOperations.handler(
                type: HTTP2UpstreamStream.self
            )
            return NIOLoopBound(handler, eventLoop: stream.eventLoop)
        }
    }

    func closedStream() {
        self.streams -= 1
        guard self.streams == 0 else { return }
        self.idleSince = self.loop.now
        if self.isLeaving { self.close() }
    }

    func closeIfIdle(since limit: NIODeadline) {
        if self.streams == 0, self.idleSince < limit { self.close() }
    }

    func close() {
        self.isLeaving = true
        self.context?.close(promise: nil)
    }

    func closeWhenDone() {
        self.isLeaving = true
        if self.streams == 0 { self.close() }
    }

    private func end() {
        self.isLeaving = true
        self.pool.remove(self)
    }
}

extension HTTP2UpstreamConnection {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data).payload {
        case .settings(.settings(let settings)):
            for setting in settings where setting.parameter == .maxConcurrentStreams {
                self.maximumStreams = max(1, setting.value)
            }
        case .goAway:
            self.isLeaving = true
            self.pool.remove(self)
            if self.streams == 0 { self.close() }
        case .settings, .data, .headers, .priority, .rstStream, .pushPromise, .ping,
            .windowUpdate, .alternativeService, .origin:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.endReading()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case is NIOHTTP2Errors.BadStreamStateTransition, is NIOHTTP2Errors.StreamError,
            is NIOHTTP2Errors.NoSuchStream, is NIOHTTP2Errors.TrailersWithoutEndStream:
            break
        default:
            self.end()
            context.close(promise: nil)
        }
    }
}
