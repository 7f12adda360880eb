internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// A client connection until its TLS handshake is done; then the protocol that was agreed upon
/// takes its place.
final class TLSHandshake: ChannelInboundHandler, RemovableChannelHandler, WatchedConnection {
    typealias InboundIn = ByteBuffer

    private let loop: ProxyLoop
    private let arrival: Arrival
    var registration = 0
    private var deadline = NIODeadline.distantFuture
    private var context: ChannelHandlerContext?
    private var isOver = false

    init(loop: ProxyLoop, arrival: Arrival) {
        self.loop = loop
        self.arrival = arrival
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

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { return self.closeNow() }
        guard case .handshakeCompleted(let agreed)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        let pipeline = context.pipeline.syncOperations
        var arrival = self.arrival
        arrival.isTLS = true
        if self.loop.settings.asksForClientCertificates {
            let certificate = try? pipeline.nioSSL_peerCertificate()
            arrival.certificate = (try? certificate?.toDERBytes()) ?? []
        }
        self.end()
        do {
            try arrival.begin(agreed == "h2" ? .http2 : .http1, on: context.channel, self.loop)
        } catch {
            context.close(promise: nil)
        }
        pipeline.removeHandler(self, promise: nil)
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
extension TLSHandshake: Sendable {}

extension TLSHandshake {
    func tick(at now: NIODeadline) {
        if self.deadline <= now { self.closeNow() }
    }

    func drain() {
        self.closeNow()
    }

    // Who does not shake hands gets no orderly goodbye either.
    func closeNow() {
        self.context?.channel.close(mode: .all, promise: nil)
    }
}
