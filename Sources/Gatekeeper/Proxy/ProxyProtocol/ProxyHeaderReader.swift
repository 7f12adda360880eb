internal import NIOCore

/// Stands before everything else on a connection that begins with a PROXY protocol header.
final class ProxyHeaderReader: ChannelInboundHandler, RemovableChannelHandler, WatchedConnection {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let loop: ProxyLoop
    private var context: ChannelHandlerContext?
    private var unread = ByteBuffer()
    private var deadline = NIODeadline.distantFuture
    private var isOver = false
    var registration = 0

    init(loop: ProxyLoop) {
        self.loop = loop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.headerReadTimeout)
        self.loop.opened(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.end()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        self.unread.writeBuffer(&bytes)
        do {
            guard let header = try ProxyHeader.read(from: &self.unread) else { return }
            let channel = context.channel
            guard Self.isTrusted(channel.remoteAddress, self.loop.settings) else {
                return context.close(promise: nil)
            }
            self.end()
            let arrival = Arrival(source: header.source, isTLS: header.isTLS)
            try arrival.open(channel, self.loop)
        } catch {
            return context.close(promise: nil)
        }
        let rest = self.unread
        self.unread = ByteBuffer()
        if rest.readableBytes > 0 { context.fireChannelRead(Self.wrapInboundOut(rest)) }
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    // Whoever else could connect would say to be anywhere; a Unix socket is guarded by its folder.
    private static func isTrusted(_ peer: SocketAddress?, _ settings: ProxySettings) -> Bool {
        guard let number = peer.flatMap({ IPAddress($0) }) else { return true }
        return settings.trustedProxies.contains { $0.contains(number) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { self.closeNow() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func end() {
        guard !self.isOver else { return }
        self.isOver = true
        self.loop.closed(self)
    }
}

@available(*, unavailable)
extension ProxyHeaderReader: Sendable {}

extension ProxyHeaderReader {
    func tick(at now: NIODeadline) {
        if self.deadline <= now { self.closeNow() }
    }

    func drain() {
        self.closeNow()
    }

    func closeNow() {
        self.context?.close(promise: nil)
    }
}
