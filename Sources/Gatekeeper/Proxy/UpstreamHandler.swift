internal import HTTPMessage
internal import NIOCore

/// One connection to the upstream: HTTP/1.1 syntax on the side of the application.
final class UpstreamHandler: ChannelInboundHandler, UpstreamSide {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case idle
        case head
        case body
        case tunnel
        case closed
    }

    private let loop: ProxyLoop
    private let pool: UpstreamPool
    private var context: ChannelHandlerContext?
    private var phase = Phase.idle
    private var reader = BodyReader(response: .none, maximumTrailers: 0)
    private var exchange: Exchange?
    private var responding = ResponseContext(isHead: false, asksForWebSocket: false)
    private var parser: ResponseHeadParser
    private var head = ResponseHead()
    private var unread = ByteBuffer()
    private let outbox = Outbox()
    private var isQueuedForFlush = false
    private var isReading = true
    private var isChunked = false
    var idleSince = NIODeadline.uptimeNanoseconds(0)

    init(loop: ProxyLoop, pool: UpstreamPool) {
        self.loop = loop
        self.pool = pool
        self.parser = ResponseHeadParser(limit: loop.settings.limits.responseHeaderBytes)
    }

    /// Whether a request can be sent on it.
    var isUsable: Bool {
        self.phase == .idle
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }
}

@available(*, unavailable)
extension UpstreamHandler: Sendable {}

// From the exchange to the upstream.
extension UpstreamHandler {
    func begin(_ exchange: Exchange, head bytes: [UInt8], isChunked: Bool) {
        self.exchange = exchange
        self.responding = exchange.responseContext
        self.isChunked = isChunked
        self.phase = .head
        self.parser.reset()
        self.outbox.append(bytes)
        self.queueFlush()
    }

    func send(_ body: ByteBuffer) {
        guard let context = self.context else { return }
        self.outbox.append(body, chunked: self.isChunked, context: context)
        self.queueFlush()
    }

    func sendEnd(trailers: [UInt8]) {
        guard self.isChunked else { return }
        self.outbox.appendLastChunk(trailers: trailers)
        self.queueFlush()
    }

    func sendTunnelled(_ bytes: ByteBuffer) {
        guard let context = self.context else { return }
        self.outbox.append(bytes, context: context)
        self.queueFlush()
    }

    func setReading(_ isReading: Bool) {
        guard self.isReading != isReading, let context = self.context else { return }
        self.isReading = isReading
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    func detach(keep: Bool) {
        self.exchange = nil
        guard keep, self.unread.readableBytes == 0, self.phase == .idle,
            !self.loop.isDraining
        else { return self.close() }
        self.setReading(true)
        self.pool.putBack(self, at: self.loop.now)
    }

    func close() {
        self.exchange = nil
        self.phase = .closed
        self.context?.close(promise: nil)
    }

    func closeAfterFlush() {
        self.exchange = nil
        self.phase = .closed
        guard let context = self.context else { return }
        self.outbox.flushAndReport(context: context).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    func flush() {
        self.isQueuedForFlush = false
        guard let context = self.context else { return }
        self.outbox.flush(context: context)
    }

    private func queueFlush() {
        guard !self.isQueuedForFlush else { return }
        self.isQueuedForFlush = true
        self.loop.needsFlush(self)
    }
}

// From the upstream to the exchange.
extension UpstreamHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        if self.unread.readableBytes == 0 {
            self.unread = bytes
        } else {
            self.unread.writeImmutableBuffer(bytes)
        }
        self.process()
        if self.unread.readableBytes == 0 { self.unread = ByteBuffer() }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.endReading()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.exchange?.upstreamBecame(writable: context.channel.isWritable)
        self.loop.settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.ended(regularly: true)
        self.loop.settle()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.ended(regularly: false)
        context.close(promise: nil)
        self.loop.settle()
    }

    private func process() {
        while true {
            switch self.phase {
            case .idle:
                // Bytes that nobody asked for: whatever they are, no later response may begin
                // with them.
                guard self.unread.readableBytes > 0 else { return }
                self.pool.remove(self)
                self.unread.clear()
                return self.close()
            case .head:
                guard self.readHead() else { return }
            case .body:
                guard self.readBody() else { return }
            case .tunnel:
                guard self.unread.readableBytes > 0 else { return }
                let bytes = self.unread
                self.unread = ByteBuffer()
                self.exchange?.receivedTunnelled(fromUpstream: bytes)
                return
            case .closed:
                self.unread.clear()
                return
            }
        }
    }

    /// Reads one head; false when there is nothing more to do.
    private func readHead() -> Bool {
        guard self.unread.readableBytes > 0, let exchange = self.exchange else { return false }
        let count: Int?
        do throws(ResponseRejection) {
            count = try self.parser.parse(
                self.unread,
                answering: self.responding,
                into: &self.head
            )
        } catch {
            exchange.lostUpstream(.upstreamMalformed(error))
            return false
        }
        guard let count else { return false }
        self.unread.moveReaderIndex(forwardBy: count)
        if !self.head.isInterim {
            self.phase = self.head.switchesToWebSocket ? .tunnel : .body
            self.reader = BodyReader(
                response: self.head.framing,
                maximumTrailers: self.loop.settings.limits.responseHeaderBytes
            )
        }
        exchange.received(self.head)
        return true
    }

    /// Reads one piece of the body; false when there is nothing more to do.
    private func readBody() -> Bool {
        let step: BodyReader.Step
        do throws(ChunkFault) {
            step = try self.reader.next(&self.unread)
        } catch {
            self.phase = .closed
            self.exchange?.lostUpstream(.upstreamMalformed(ResponseRejection(error)))
            return false
        }
        switch step {
        case .data(let bytes):
            self.exchange?.received(body: bytes)
            return true
        case .incomplete:
            return false
        case .end(let trailers):
            self.phase = .idle
            self.exchange?.receivedEnd(trailers: trailers, upstreamKeeps: self.keepsConnection)
            return true
        }
    }

    private var keepsConnection: Bool {
        self.head.keepsConnection && self.unread.readableBytes == 0
    }

    private func ended(regularly: Bool) {
        let phase = self.phase
        self.phase = .closed
        switch phase {
        case .idle:
            self.pool.remove(self)
        case .body where regularly && self.reader.endsWithConnection:
            self.exchange?.receivedEnd(trailers: [], upstreamKeeps: false)
        case .head, .body, .tunnel:
            self.exchange?.lostUpstream(.upstreamClosed)
        case .closed:
            break
        }
        self.exchange = nil
    }
}

extension ResponseRejection {
    init(_ fault: ChunkFault) {
        switch fault {
        case .size: self = .chunkSize
        case .ending: self = .chunkEnding
        case .trailerField: self = .trailerField
        case .trailersTooLarge: self = .trailersTooLarge
        }
    }
}
