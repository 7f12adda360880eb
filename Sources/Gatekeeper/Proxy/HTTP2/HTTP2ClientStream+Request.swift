internal import HTTPMessage
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

// Taking a request in.
extension HTTP2ClientStream {
    func begin(_ section: HTTP2Frame.FramePayload.Headers) {
        guard let exchange = self.exchange else { return }
        self.hasSeenEnd = section.endStream
        guard !self.connection.isCrowded else {
            self.connection.countFault()
            return self.reset(.refusedStream)
        }
        do throws(RequestRejection) {
            try self.readHead(section, into: exchange)
        } catch {
            self.connection.countFault()
            self.phase = .responding
            return exchange.refuseHead(.rejected(error))
        }
        let framing = exchange.head.framing
        if case .length(let length) = framing { self.remaining = length }
        if section.endStream, let remaining = self.remaining, remaining > 0 {
            self.connection.countFault()
            self.phase = .responding
            return exchange.refuseHead(.rejected(.contentLength))
        }
        self.isGRPC =
            exchange.head.first(.contentType).map {
                ClientTraits.isGRPC(exchange.head[$0])
            } ?? false
        self.phase = framing.hasBody ? .body : .responding
        exchange.begin()
    }

    private func readHead(
        _ section: HTTP2Frame.FramePayload.Headers,
        into exchange: Exchange
    ) throws(RequestRejection) {
        var head = HTTP2RequestHead()
        for (name, value, _) in section.headers {
            try head.append(name, value)
        }
        let bytes = try head.rewritten(
            HTTP2RequestHead.Circumstances(
                isWhole: section.endStream,
                webSocketKey: Self.webSocketKey()
            )
        )
        var parser = RequestHeadParser(limit: self.loop.settings.limits.headerBytes)
        let count = try parser.parse(bytes.span, into: &exchange.head)
        // Lines that were checked one by one form one head, and nothing behind it.
        guard count == bytes.count else { throw .requestLineMalformed }
    }

    // RFC 6455 section 4.1: base64 of 16 bytes. The client's own connection needs none.
    private static func webSocketKey() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        let key = (0..<21).map { _ in letters[Int.random(in: 0..<letters.count)] }
        return String(decoding: key, as: UTF8.self) + "A=="
    }

    func receive(_ data: HTTP2Frame.FramePayload.Data) {
        guard case .byteBuffer(let bytes) = data.data else { return }
        self.hasSeenEnd = data.endStream
        if let remaining = self.remaining {
            let (left, isTooMuch) = remaining.subtractingReportingOverflow(
                UInt64(bytes.readableBytes)
            )
            // RFC 9113 section 8.1.1: neither more nor less than the length that was told.
            guard !isTooMuch, !data.endStream || left == 0 else {
                return self.refuseBody(.contentLength)
            }
            self.remaining = left
        }
        if bytes.readableBytes > 0 { self.received.append(.data(bytes)) }
        if data.endStream { self.received.append(.end(trailers: [])) }
    }

    func receiveTrailers(_ section: HTTP2Frame.FramePayload.Headers) {
        self.hasSeenEnd = section.endStream
        guard section.endStream, self.remaining ?? 0 == 0 else {
            return self.refuseBody(section.endStream ? .contentLength : .trailerField)
        }
        do throws(ChunkFault) {
            var trailers = HTTP2Trailers()
            for (name, value, _) in section.headers {
                try trailers.append(name, value)
            }
            let limit = self.loop.settings.limits.headerBytes
            self.received.append(.end(trailers: try trailers.ofRequest(maximum: limit)))
        } catch {
            self.refuseBody(RequestRejection(error))
        }
    }

    private func refuseBody(_ rejection: RequestRejection) {
        self.connection.countFault()
        self.received.removeAll()
        switch self.phase {
        case .body, .tunnel:
            self.exchange?.rejected(rejection)
        case .head, .responding, .discarding, .over:
            self.exchange?.clientLeft()
            self.reset(.protocolError)
        }
    }

    /// Takes the next piece that was received; false when nothing can be done now.
    func step() -> Bool {
        switch self.phase {
        case .body:
            guard let exchange = self.exchange, exchange.machine.acceptsRequestBody,
                self.mayReadBody, let piece = self.received.popFirst()
            else { return false }
            switch piece {
            case .data(let bytes):
                exchange.received(requestBody: bytes)
            case .end(let trailers):
                self.phase = .responding
                exchange.receivedRequestEnd(trailers: trailers)
            }
            return true
        case .tunnel:
            guard self.mayReadBody, let piece = self.received.popFirst() else { return false }
            switch piece {
            case .data(let bytes):
                self.exchange?.receivedTunnelled(fromClient: bytes)
            case .end:
                self.exchange?.clientLeft()
                self.endTunnel()
            }
            return true
        case .discarding, .over:
            self.received.removeAll()
            return false
        case .head, .responding:
            return false
        }
    }

    private func endTunnel() {
        self.writeEnd()
        self.phase = .over
    }

    var remainingRequestBody: BodyFraming {
        guard !self.hasSeenEnd else { return .none }
        return self.remaining.map { .length($0) } ?? .chunked
    }

    func upstreamBecame(writable: Bool) {
        guard self.mayReadBody != writable else { return }
        self.mayReadBody = writable
        if writable { self.proceed() }
    }
}
