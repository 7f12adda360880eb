internal import HTTPMessage
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

// Sending a response or an answer out.
extension HTTP2ClientStream {
    func send(interim head: ResponseHead) {
        self.send(head, ResponseForwarding(framing: .none, connection: .silent), ends: false)
    }

    func send(_ head: ResponseHead, _ forwarding: ResponseForwarding) {
        self.hasSentHead = true
        self.send(head, forwarding, ends: !forwarding.framing.hasBody)
    }

    private func send(_ head: ResponseHead, _ forwarding: ResponseForwarding, ends: Bool) {
        self.loop.scratch.removeAll(keepingCapacity: true)
        head.append(
            forwarding: ResponseForwarding(framing: forwarding.framing, connection: .silent),
            to: &self.loop.scratch
        )
        let fields = HTTP2Fields(response: self.loop.scratch).fields
        self.write(fields, ends: ends)
    }

    func send(body: ByteBuffer) {
        guard body.readableBytes > 0 else { return }
        self.connection.sent(body.readableBytes)
        self.write(.data(.init(data: .byteBuffer(body))))
    }

    func sendEnd(trailers: [UInt8]) {
        guard !self.hasSentEnd else { return }
        guard !trailers.isEmpty else { return self.writeEnd() }
        self.write(HTTP2Fields(lines: trailers).fields, ends: true)
    }

    /// RFC 8441 section 5.1: over HTTP/2 a WebSocket begins with 200, and the handshake of
    /// HTTP/1.1 stays behind.
    func openTunnel(_ head: ResponseHead) {
        self.hasSentHead = true
        self.loop.scratch.removeAll(keepingCapacity: true)
        head.append(
            forwarding: ResponseForwarding(framing: .none, connection: .silent),
            to: &self.loop.scratch
        )
        let fields = HTTP2Fields(response: self.loop.scratch).fields.dropFirst()
            .filter { $0.name != "sec-websocket-accept" }
        self.write([(":status", "200")] + fields, ends: false)
        self.phase = .tunnel
        self.proceed()
    }

    func sendTunnelled(_ bytes: ByteBuffer) {
        self.send(body: bytes)
    }

    func send(_ refusal: Refusal, closing: Bool) {
        self.hasSentHead = true
        var fields = [(name: ":status", value: "\(refusal.status)")]
        fields += HTTP2Fields(lines: self.loop.dateLine()).fields
        fields += HTTP2Fields(lines: refusal.fields).fields
        let isHead = self.exchange?.head.methodKind == .head
        if !refusal.body.isEmpty { fields.append(("content-length", "\(refusal.body.count)")) }
        let hasBody = !refusal.body.isEmpty && !isHead
        self.write(fields, ends: !hasBody)
        guard hasBody else { return }
        self.write(
            .data(.init(data: .byteBuffer(ByteBuffer(bytes: refusal.body)), endStream: true)),
            ends: true
        )
    }

    func exchangeEnded(keep: Bool) {
        self.phase = .over
        self.received.removeAll()
        self.awaitFlush()
        self.stopRequest()
    }

    func discardRequestBody() {
        self.phase = .discarding
        self.awaitFlush()
        self.proceed()
    }

    func closeAfterFlush() {
        self.writeEnd()
        self.phase = .over
        self.awaitFlush()
    }

    func cutOff(_ disposition: Disposition) {
        guard disposition == .expired, self.isGRPC, self.hasSentHead, !self.hasSentEnd else {
            return self.reset(disposition == .expired ? .cancel : .internalError)
        }
        // gRPC over HTTP/2: a call ends with a status, and this one is UNAUTHENTICATED.
        self.write([("grpc-status", "16"), ("grpc-message", "token-expired")], ends: true)
        self.exchangeEnded(keep: false)
    }

    /// The client is given the time of an idle connection to read what it was sent.
    private func awaitFlush() {
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.idleTimeout)
    }

    func writeEnd() {
        guard !self.hasSentEnd else { return }
        self.write(.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true)), ends: true)
    }

    private func write(_ fields: [(name: String, value: String)], ends: Bool) {
        var headers = HPACKHeaders()
        headers.reserveCapacity(fields.count)
        for (name, value) in fields {
            headers.add(name: name, value: value)
        }
        self.write(.headers(.init(headers: headers, endStream: ends)), ends: ends)
    }
}
