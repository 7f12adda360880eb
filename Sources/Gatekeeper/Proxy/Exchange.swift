internal import HTTPMessage
internal import NIOCore

/// One request on its way: from the client's head through the judge to the upstream and back.
///
/// It obeys the state machine and knows neither side's syntax. A client connection has one at a
/// time and uses it again for the next request.
final class Exchange {
    let loop: ProxyLoop
    let connection: ConnectionInfo
    /// Filled by the client's side, read by the judge and the upstream's side.
    var head = RequestHead()
    private(set) var machine = ExchangeStateMachine()
    private var permit: Permit?
    private var accepted: Leniency = []
    private var upstream: UpstreamHandler?
    private var ledger = ExchangeLedger()
    private var deadline = NIODeadline.distantFuture
    /// Tells an awaited answer whether it still concerns the current request.
    private var generation: UInt64 = 0
    // The client owns the exchange and ends it before it goes away.
    private unowned let client: ClientHandler

    init(loop: ProxyLoop, connection: ConnectionInfo, client: ClientHandler) {
        self.loop = loop
        self.connection = connection
        self.client = client
    }

    var responseContext: ResponseContext {
        ResponseContext(
            isHead: self.head.methodKind == .head,
            asksForWebSocket: self.head.traits.contains(.webSocketUpgrade)
        )
    }

    private var forwardsBody: Bool { self.permit?.withholdsBody == false }
}

@available(*, unavailable)
extension Exchange: Sendable {}

// What the client's side reports.
extension Exchange {
    /// `head` holds a well-formed request.
    func begin() {
        self.generation &+= 1
        self.ledger.begin(at: .now())
        self.machine.began(
            ExchangeStateMachine.RequestFacts(
                version: self.head.version,
                closes: self.head.traits.contains(.closes),
                isRepeatable: self.head.methodKind.isIdempotent && self.head.framing == .none,
                hasBody: self.head.framing.hasBody
            )
        )
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.responseTimeout)
        if !self.head.oddities.isEmpty {
            self.accepted = self.loop.judge.leniency(for: self.head)
            if let rejection = self.head.refusal(accepting: self.accepted) {
                return self.answer(.rejected(rejection))
            }
        } else {
            self.accepted = []
        }
        switch self.loop.judge.judge(self.head, from: self.connection) {
        case .forward(let permit): self.forward(under: permit)
        case .refuse(let refusal): self.answer(with: refusal)
        case .later(let future): self.await(future)
        }
    }

    /// The bytes on the connection are no request.
    func refuseHead(_ fault: ExchangeFault) {
        self.generation &+= 1
        self.ledger.begin(at: .now())
        self.machine.began(ExchangeStateMachine.RequestFacts(closes: true))
        let refusal = self.loop.judge.answer(
            to: fault,
            under: nil,
            head: nil,
            from: self.connection
        )
        self.answer(with: refusal)
    }

    /// A piece of the request's body.
    func received(requestBody bytes: ByteBuffer) {
        self.touch()
        guard self.forwardsBody else { return }
        self.ledger.requestBytes += UInt64(bytes.readableBytes)
        self.upstream?.send(bytes)
    }

    func receivedRequestEnd(trailers: [UInt8]) {
        self.touch()
        self.machine.requestCompleted()
        guard self.forwardsBody else { return }
        self.upstream?.sendEnd(trailers: trailers)
    }

    /// The body is not what its framing promised; what was sent of it must not look complete.
    func rejected(_ rejection: RequestRejection) {
        self.dropUpstream()
        guard self.machine.hasAnswered else { return self.answer(.rejected(rejection)) }
        self.cut(.cut)
    }

    func receivedTunnelled(fromClient bytes: ByteBuffer) {
        self.touch()
        self.ledger.requestBytes += UInt64(bytes.readableBytes)
        self.upstream?.sendTunnelled(bytes)
    }

    func clientBecame(writable: Bool) {
        self.upstream?.setReading(writable)
    }

    /// The client is gone.
    func clientLeft() {
        guard !self.machine.isIdle else { return }
        let wasTunnelled = self.machine.isTunnelled
        if wasTunnelled {
            self.upstream?.closeAfterFlush()
            self.upstream = nil
        } else {
            self.dropUpstream()
        }
        self.finish(wasTunnelled ? .tunnelled : .clientLeft)
    }

    /// Looks at the clock.
    func tick(at now: NIODeadline) {
        guard !self.machine.isIdle else { return }
        if let expiry = self.permit?.expiry, expiry <= now, self.machine.hasAnswered {
            self.dropUpstream()
            return self.cut(.expired)
        }
        guard self.deadline <= now else { return }
        guard self.machine.awaitsRequestBody, self.client.mayReadBody else {
            return self.lostUpstream(.upstreamTimedOut)
        }
        self.dropUpstream()
        self.answer(.bodyTimedOut)
    }

    private func touch() {
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.responseTimeout)
    }
}

// On the way up.
extension Exchange {
    private func await(_ future: EventLoopFuture<SettledRuling>) {
        let generation = self.generation
        future.hop(to: self.loop.eventLoop).assumeIsolated().whenComplete { result in
            guard generation == self.generation, !self.machine.isIdle else { return }
            switch result {
            case .success(.forward(let permit)): self.forward(under: permit)
            case .success(.refuse(let refusal)): self.answer(with: refusal)
            case .failure: self.answer(.rulingFailed)
            }
            self.client.proceed()
            self.loop.settle()
        }
    }

    private func forward(under permit: Permit) {
        self.permit = permit
        self.ledger.ticket = permit.ticket
        guard !self.head.isReservedPath else { return self.answer(.reservedPath) }
        self.machine.permitted()
        if let upstream = self.loop.pool.takeIdle() {
            return self.send(permit, on: upstream, reused: true)
        }
        self.connect(permit)
    }

    private func connect(_ permit: Permit) {
        // Connecting has a limit of its own, after which this future fails.
        self.deadline = .distantFuture
        let generation = self.generation
        self.loop.pool.connect(for: self.loop).assumeIsolated().whenComplete { result in
            let isWaiting = generation == self.generation && !self.machine.isIdle
            switch result {
            case .success(let bound) where isWaiting:
                self.send(permit, on: bound.value, reused: false)
                self.client.proceed()
            case .success(let bound):
                bound.value.detach(keep: true)
            case .failure(let error) where isWaiting:
                self.lostUpstream(ExchangeFault(connecting: error))
            case .failure:
                break
            }
            self.loop.settle()
        }
    }

    private func send(_ permit: Permit, on upstream: UpstreamHandler, reused: Bool) {
        self.touch()
        self.upstream = upstream
        self.machine.connected(reused: reused)
        self.loop.scratch.removeAll(keepingCapacity: true)
        self.head.append(
            forwarding: RequestForwarding(
                identity: permit.identity,
                decision: permit.decision,
                origin: self.connection.origin,
                accepted: self.accepted,
                withheldCookies: permit.withheldCookies,
                withholdsAuthorization: permit.withholdsAuthorization,
                withholdsBody: permit.withholdsBody
            ),
            to: &self.loop.scratch
        )
        upstream.begin(
            self,
            head: self.loop.scratch,
            isChunked: self.head.framing == .chunked && !permit.withholdsBody
        )
        if !self.client.isWritable { upstream.setReading(false) }
    }
}

// What the upstream's side reports.
extension Exchange {
    func received(_ response: ResponseHead) {
        self.touch()
        let action = self.machine.receivedHead(
            response,
            isDraining: self.loop.isDraining,
            maximumInterim: self.loop.settings.limits.interimResponses
        )
        switch action {
        case .passInterim:
            self.client.send(interim: response)
        case .dropInterim:
            break
        case .relay(let forwarding):
            self.ledger.answered(response.status, at: .now())
            self.client.send(response, forwarding)
        case .openTunnel:
            self.ledger.answered(response.status, at: .now())
            self.client.openTunnel(response)
        case .fail(let rejection):
            self.lostUpstream(.upstreamMalformed(rejection))
        }
    }

    func received(body bytes: ByteBuffer) {
        self.touch()
        self.ledger.responseBytes += UInt64(bytes.readableBytes)
        self.client.send(body: bytes)
    }

    func receivedEnd(trailers: [UInt8], upstreamKeeps: Bool) {
        let action = self.machine.responseCompleted(upstreamKeeps: upstreamKeeps)
        self.upstream?.detach(keep: action.keepsUpstream)
        self.upstream = nil
        self.client.upstreamBecame(writable: true)
        self.client.sendEnd(trailers: trailers)
        self.finish(.relayed)
        self.client.exchangeEnded(keep: action.keepsClient)
    }

    func receivedTunnelled(fromUpstream bytes: ByteBuffer) {
        self.touch()
        self.ledger.responseBytes += UInt64(bytes.readableBytes)
        self.client.sendTunnelled(bytes)
    }

    func upstreamBecame(writable: Bool) {
        self.client.upstreamBecame(writable: writable)
    }

    /// The upstream, or the way to it, failed.
    func lostUpstream(_ fault: ExchangeFault) {
        let action = self.machine.lostUpstream(fault)
        self.dropUpstream()
        switch action {
        case .retry:
            guard let permit = self.permit else { return self.answer(fault) }
            self.connect(permit)
        case .answer(let fault):
            self.answer(fault)
        case .cut:
            self.cut(.cut)
        case .closeTunnel:
            self.finish(.tunnelled)
            self.client.closeAfterFlush()
        case .nothing:
            break
        }
    }

    private func dropUpstream() {
        self.upstream?.close()
        self.upstream = nil
        self.client.upstreamBecame(writable: true)
    }
}

// Answers that do not come from upstream, and ends.
extension Exchange {
    private func answer(_ fault: ExchangeFault) {
        let refusal = self.loop.judge.answer(
            to: fault,
            under: self.ledger.ticket,
            head: self.head,
            from: self.connection
        )
        self.answer(with: refusal, .init(of: fault))
    }

    private func answer(with refusal: Refusal, _ disposition: Disposition = .refused) {
        self.dropUpstream()
        self.ledger.ticket = refusal.ticket
        self.ledger.answered(refusal.status, at: nil)
        let action = self.machine.answered(
            closes: refusal.closes || self.loop.isDraining,
            remaining: self.client.remainingRequestBody,
            expectsContinue: self.head.traits.contains(.expectsContinue),
            discardable: self.loop.settings.limits.discardedBody
        )
        self.client.send(refusal, closing: action == .close)
        self.finish(disposition)
        switch action {
        case .keep: self.client.exchangeEnded(keep: true)
        case .discardThenKeep: self.client.discardRequestBody()
        case .close: self.client.exchangeEnded(keep: false)
        }
    }

    private func cut(_ disposition: Disposition) {
        self.finish(disposition)
        self.client.cutOff()
    }

    private func finish(_ disposition: Disposition) {
        self.machine.ended()
        self.permit = nil
        self.deadline = .distantFuture
        self.generation &+= 1
        guard let ticket = self.ledger.ticket else { return }
        self.loop.judge.finished(ticket, with: self.ledger.record(disposition, at: .now()))
        self.ledger.ticket = nil
    }
}

extension Disposition {
    fileprivate init(of fault: ExchangeFault) {
        switch fault {
        case .rejected, .headTimedOut, .bodyTimedOut, .reservedPath, .rulingFailed:
            self = .refused
        case .upstreamRefused, .upstreamConnectTimedOut, .upstreamTimedOut, .upstreamClosed,
            .upstreamMalformed:
            self = .upstreamFailed
        }
    }
}

extension ExchangeFault {
    fileprivate init(connecting error: any Error) {
        switch error {
        case ChannelError.connectTimeout: self = .upstreamConnectTimedOut
        default: self = .upstreamRefused
        }
    }
}
