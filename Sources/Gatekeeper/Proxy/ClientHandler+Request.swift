internal import HTTPMessage
internal import NIOCore

// Taking requests in.
extension ClientHandler {
    /// Bytes that may wait for their turn before the connection is not read any more.
    private static let waitingBytes = 64 * 1024

    /// Takes the next part out of the unread bytes; false when nothing can be done now.
    func step() -> Bool {
        switch self.phase {
        case .head:
            return self.readHead()
        case .body:
            guard let exchange = self.exchange, exchange.machine.acceptsRequestBody,
                self.mayReadBody
            else { return false }
            return self.readBody(for: exchange)
        case .discarding:
            return self.discard()
        case .tunnel:
            guard self.unread.readableBytes > 0 else { return false }
            let bytes = self.unread
            self.unread = ByteBuffer()
            self.exchange?.receivedTunnelled(fromClient: bytes)
            return false
        case .finishing, .lingering, .closed:
            self.unread = ByteBuffer()
            return false
        case .responding:
            return false
        }
    }

    private func readHead() -> Bool {
        guard self.unread.readableBytes > 0, let exchange = self.exchange else { return false }
        let count: Int?
        do throws(RequestRejection) {
            count = try self.parser.parse(self.unread, into: &exchange.head)
        } catch {
            if error == .versionNotSupported, self.switchToHTTP2() { return false }
            self.refuseHead(.rejected(error))
            return false
        }
        guard let count else {
            self.awaitHead()
            return false
        }
        self.unread.moveReaderIndex(forwardBy: count)
        self.hasBegunHead = false
        self.requestsOfTurn += 1
        self.deadline = .distantFuture
        let framing = exchange.head.framing
        self.phase = framing.hasBody ? .body : .responding
        if framing.hasBody {
            let limit = self.loop.settings.limits.headerBytes
            self.reader = BodyReader(request: framing, maximumTrailers: limit)
        }
        exchange.begin()
        return true
    }

    /// The time for a head runs from its first byte, however slowly the others come.
    private func awaitHead() {
        guard !self.hasBegunHead else { return }
        self.hasBegunHead = true
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.headerReadTimeout)
    }

    private func readBody(for exchange: Exchange) -> Bool {
        let step: BodyReader.Step
        do throws(ChunkFault) {
            step = try self.reader.next(&self.unread)
        } catch {
            self.phase = .responding
            exchange.rejected(RequestRejection(error))
            return false
        }
        switch step {
        case .data(let bytes):
            exchange.received(requestBody: bytes)
            return true
        case .incomplete:
            return false
        case .end(let trailers):
            self.phase = .responding
            exchange.receivedRequestEnd(trailers: trailers)
            return true
        }
    }

    private func discard() -> Bool {
        let step: BodyReader.Step
        do throws(ChunkFault) {
            step = try self.reader.next(&self.unread)
        } catch {
            self.closeNow()
            return false
        }
        switch step {
        case .data:
            return true
        case .incomplete:
            return false
        case .end:
            self.phase = .head
            self.awaitRequest()
            return true
        }
    }

    var remainingRequestBody: BodyFraming {
        switch self.phase {
        case .body, .discarding: self.reader.remaining
        case .head, .responding, .tunnel, .finishing, .lingering, .closed: .none
        }
    }

    /// Stops reading while what is here cannot go anywhere.
    func updateReading() {
        let reads: Bool
        switch self.phase {
        case .head: reads = !self.awaitsTurn
        case .discarding, .finishing, .lingering, .closed: reads = true
        case .body: reads = self.mayReadBody && self.unread.readableBytes < Self.waitingBytes
        case .tunnel: reads = self.mayReadBody
        case .responding: reads = self.unread.readableBytes < Self.waitingBytes
        }
        guard reads != self.isReading, let context = self.context else { return }
        self.isReading = reads
        try? context.channel.syncOptions?.setOption(.autoRead, value: reads)
    }
}

extension BodyFraming {
    var hasBody: Bool {
        switch self {
        case .none, .length(0): false
        case .length, .chunked, .untilClose: true
        }
    }
}

extension RequestRejection {
    init(_ fault: ChunkFault) {
        switch fault {
        case .size: self = .chunkSize
        case .ending: self = .chunkEnding
        case .trailerField: self = .trailerField
        case .trailersTooLarge: self = .trailersTooLarge
        }
    }
}
