internal import HTTPMessage
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One request on a connection to a server that speaks HTTP/2.
final class HTTP2UpstreamStream: ChannelInboundHandler, UpstreamSide, LoopFlushed {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum Phase {
        case head
        case body
        case over
    }

    private let connection: HTTP2UpstreamConnection
    private let loop: ProxyLoop
    private var context: ChannelHandlerContext?
    private var exchange: Exchange?
    private var phase = Phase.head
    private var responding = ResponseContext(isHead: false, asksForWebSocket: false)
    private var head = ResponseHead()
    /// What the announced length leaves to come.
    private var remaining: UInt64?
    private var hasSentEnd = false
    private var isReading = true
    private var isQueuedForFlush = false

    init(of connection: HTTP2UpstreamConnection, loop: ProxyLoop) {
        self.connection = connection
        self.loop = loop
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        self.connection.closedStream()
    }
}

@available(*, unavailable)
extension HTTP2UpstreamStream: Sendable {}

// From the exchange to the upstream.
extension HTTP2UpstreamStream {
    func begin(_ exchange: Exchange, head bytes: [UInt8], isChunked: Bool) {
        self.exchange = exchange
        self.responding = exchange.responseContext
        let fields = HTTP2Fields(request: bytes, scheme: self.connection.scheme)
        // RFC 9113 section 8.6: there is no upgrade here.
        guard !fields.switches else {
            return exchange.lostUpstream(.upstreamMalformed(.unexpectedSwitch))
        }
        self.write(fields.fields, ends: !fields.hasBody)
    }

    func send(_ body: ByteBuffer) {
        self.write(.data(.init(data: .byteBuffer(body))))
    }

    func sendEnd(trailers: [UInt8]) {
        guard !self.hasSentEnd else { return }
        guard trailers.isEmpty else {
            return self.write(HTTP2Fields(lines: trailers).fields, ends: true)
        }
        self.hasSentEnd = true
        self.write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)))
    }

    func sendTunnelled(_ bytes: ByteBuffer) {
        self.send(bytes)
    }

    func setReading(_ isReading: Bool) {
        guard self.isReading != isReading, let context = self.context else { return }
        self.isReading = isReading
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
        if isReading { context.read() }
    }

    func detach(keep: Bool) {
        self.exchange = nil
        guard keep, self.phase == .over, self.hasSentEnd else { return self.close() }
    }

    func close() {
        self.exchange = nil
        self.phase = .over
        self.context?.close(promise: nil)
    }

    func closeAfterFlush() {
        self.sendEnd(trailers: [])
        self.flush()
        self.close()
    }

    private func write(_ fields: [(name: String, value: String)], ends: Bool) {
        var headers = HPACKHeaders()
        headers.reserveCapacity(fields.count)
        for (name, value) in fields {
            headers.add(name: name, value: value)
        }
        if ends { self.hasSentEnd = true }
        self.write(.headers(.init(headers: headers, endStream: ends)))
    }

    private func write(_ payload: HTTP2Frame.FramePayload) {
        guard let context = self.context else { return }
        context.write(Self.wrapOutboundOut(payload), promise: nil)
        guard !self.isQueuedForFlush else { return }
        self.isQueuedForFlush = true
        self.loop.needsFlush(self)
    }

    func flush() {
        self.isQueuedForFlush = false
        self.context?.flush()
    }
}

// From the upstream to the exchange.
extension HTTP2UpstreamStream {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .headers(let section):
            switch self.phase {
            case .head: self.receiveHead(section)
            case .body: self.receiveTrailers(section)
            case .over: break
            }
        case .data(let data):
            self.receive(data)
        case .alternativeService, .rstStream, .priority, .settings, .pushPromise, .ping, .goAway,
            .windowUpdate, .origin:
            break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.loop.settle()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.exchange?.upstreamBecame(writable: context.channel.isWritable)
        self.loop.settle()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.lose(.upstreamClosed)
        self.loop.settle()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.lose(.upstreamClosed)
        self.loop.settle()
    }

    private func receiveHead(_ section: HTTP2Frame.FramePayload.Headers) {
        do throws(ResponseRejection) {
            try self.readHead(section)
        } catch {
            return self.lose(.upstreamMalformed(error))
        }
        guard !self.head.isInterim else {
            guard !section.endStream else { return self.lose(.upstreamMalformed(.pseudoField)) }
            self.exchange?.received(self.head)
            return
        }
        switch self.head.framing {
        case .none: self.remaining = 0
        case .length(let length): self.remaining = length
        case .chunked, .untilClose: self.remaining = nil
        }
        self.phase = .body
        self.exchange?.received(self.head)
        if section.endStream { self.end(trailers: []) }
    }

    private func readHead(
        _ section: HTTP2Frame.FramePayload.Headers
    ) throws(ResponseRejection) {
        var rewriting = HTTP2ResponseHead()
        for (name, value, _) in section.headers {
            try rewriting.append(name, value)
        }
        let bytes = try rewriting.rewritten(
            isWhole: section.endStream,
            answersHead: self.responding.isHead
        )
        var parser = ResponseHeadParser(limit: self.loop.settings.limits.responseHeaderBytes)
        let count = try parser.parse(bytes.span, answering: self.responding, into: &self.head)
        guard count == bytes.count else { throw .statusLineMalformed }
    }

    private func receive(_ data: HTTP2Frame.FramePayload.Data) {
        guard self.phase != .over, case .byteBuffer(let bytes) = data.data else { return }
        guard self.phase == .body else { return self.lose(.upstreamMalformed(.pseudoField)) }
        if let remaining = self.remaining {
            let (left, isTooMuch) = remaining.subtractingReportingOverflow(
                UInt64(bytes.readableBytes)
            )
            guard !isTooMuch else { return self.lose(.upstreamMalformed(.contentLength)) }
            self.remaining = left
        }
        if bytes.readableBytes > 0 { self.exchange?.received(body: bytes) }
        if data.endStream { self.end(trailers: []) }
    }

    private func receiveTrailers(_ section: HTTP2Frame.FramePayload.Headers) {
        do throws(ChunkFault) {
            guard section.endStream else { throw .trailerField }
            var trailers = HTTP2Trailers()
            for (name, value, _) in section.headers {
                try trailers.append(name, value)
            }
            let limit = self.loop.settings.limits.responseHeaderBytes
            self.end(trailers: try trailers.ofResponse(maximum: limit))
        } catch {
            self.lose(.upstreamMalformed(ResponseRejection(error)))
        }
    }

    private func end(trailers: [UInt8]) {
        // RFC 9113 section 8.1.1: neither more nor less than the length that was told.
        guard self.remaining ?? 0 == 0 || self.head.framing == .none else {
            return self.lose(.upstreamMalformed(.contentLength))
        }
        self.phase = .over
        let exchange = self.exchange
        exchange?.receivedEnd(trailers: trailers, upstreamKeeps: true)
    }

    private func lose(_ fault: ExchangeFault) {
        guard self.phase != .over else { return }
        self.phase = .over
        let exchange = self.exchange
        exchange?.lostUpstream(fault)
    }
}
