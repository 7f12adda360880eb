internal import HTTPMessage
internal import NIOCore

// Sending responses and answers out.
extension ClientHandler {
    func send(_ head: ResponseHead, _ forwarding: ResponseForwarding) {
        self.isChunked = forwarding.framing == .chunked
        self.isUntilClose = forwarding.framing == .untilClose
        self.loop.scratch.removeAll(keepingCapacity: true)
        head.append(forwarding: forwarding, to: &self.loop.scratch)
        self.outbox.append(self.loop.scratch)
        self.queueFlush()
    }

    func send(interim head: ResponseHead) {
        self.send(head, ResponseForwarding(framing: .none, connection: .silent))
    }

    func send(body: ByteBuffer) {
        guard let context = self.context else { return }
        self.outbox.append(body, chunked: self.isChunked, context: context)
        self.queueFlush()
    }

    func sendEnd(trailers: [UInt8]) {
        guard self.isChunked else { return }
        self.isChunked = false
        self.outbox.appendLastChunk(trailers: trailers)
        self.queueFlush()
    }

    func openTunnel(_ head: ResponseHead) {
        self.send(head, ResponseForwarding(framing: .none, connection: .upgrade))
        self.phase = .tunnel
        self.proceed()
    }

    func sendTunnelled(_ bytes: ByteBuffer) {
        guard let context = self.context else { return }
        self.outbox.append(bytes, context: context)
        self.queueFlush()
    }

    func send(_ refusal: Refusal, closing: Bool) {
        guard let exchange = self.exchange else { return }
        self.isChunked = false
        let date = self.loop.dateLine()
        self.loop.scratch.removeAll(keepingCapacity: true)
        refusal.append(
            to: &self.loop.scratch,
            date: date,
            isHead: exchange.head.methodKind == .head,
            connection: closing ? .close : exchange.head.version == .http10 ? .keepAlive : .silent
        )
        self.outbox.append(self.loop.scratch)
        self.queueFlush()
    }

    /// Answers a head that could not be parsed; nothing after it can be understood either.
    func refuseHead(_ fault: ExchangeFault) {
        self.phase = .responding
        self.exchange?.refuseHead(fault)
    }

    func headTimedOut() {
        self.refuseHead(.headTimedOut)
    }

    func exchangeEnded(keep: Bool) {
        let isLast = self.hasSeenEnd && self.unread.readableBytes == 0
        guard keep, !isLast else { return self.closeAfterFlush() }
        self.phase = .head
        self.awaitRequest()
        self.proceed()
    }

    func discardRequestBody() {
        guard self.phase == .body else { return self.closeAfterFlush() }
        self.phase = .discarding
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.idleTimeout)
        self.proceed()
    }

    func upstreamBecame(writable: Bool) {
        guard self.mayReadBody != writable else { return }
        self.mayReadBody = writable
        if writable { self.proceed() } else { self.updateReading() }
    }

    /// Ends the connection so that the client can still read the answer: closing with unread
    /// bytes would reset it (RFC 9112 section 9.6).
    func closeAfterFlush() {
        guard let context = self.context else { return }
        self.phase = .finishing
        // A slow reader has the time of an idle connection to take what it was sent.
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.idleTimeout)
        self.outbox.flushAndReport(context: context).assumeIsolated().whenComplete { _ in
            guard self.phase == .finishing else { return }
            self.phase = .lingering
            self.deadline = self.loop.deadline(in: self.loop.settings.limits.lingerTimeout)
            context.close(mode: self.hasSeenEnd ? .all : .output, promise: nil)
        }
        self.proceed()
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
