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
    var machine = ExchangeStateMachine()
    var permit: Permit?
    private(set) var accepted: Leniency = []
    var upstream: (any UpstreamSide)?
    /// Set while the request's body is taken in to be answered here.
    var collector: BodyCollector?
    /// The server that has the request, and those that were tried before.
    var server: UpstreamPool?
    var tried: [UpstreamPool] = []
    var ledger = ExchangeLedger()
    var deadline = NIODeadline.distantFuture
    /// Tells an awaited answer whether it still concerns the current request.
    var generation: UInt64 = 0
    // The client owns the exchange and ends it before it goes away.
    unowned let client: any ClientSide

    init(loop: ProxyLoop, connection: ConnectionInfo, client: any ClientSide) {
        self.loop = loop
        self.connection = connection
        self.client = client
    }

    var responseContext: ResponseContext {
        ResponseContext(
            isHead: self.head.methodKind == .head,
            asksForWebSocket: self.asksForUpgrade
        )
    }

    /// Whether the request wants to turn its connection into something else.
    ///
    /// It gets a connection of its own, which serves nobody afterwards: there are servers that
    /// upgrade none but the first request, and that read no other behind one they did not upgrade
    /// (SwiftNIO's among them).
    var asksForUpgrade: Bool { self.head.traits.contains(.webSocketUpgrade) }

    private var forwardsBody: Bool { self.permit?.withholdsBody == false }
}

@available(*, unavailable)
extension Exchange: Sendable {}

// What the client's side reports.
extension Exchange {
    /// `head` holds a well-formed request.
    func begin() {
        let now = NIODeadline.now()
        self.generation &+= 1
        self.ledger.begin(at: now)
        self.machine.began(
            ExchangeStateMachine.RequestFacts(
                version: self.head.version,
                closes: self.head.traits.contains(.closes),
                isRepeatable: self.head.methodKind.isIdempotent && self.head.framing == .none,
                hasBody: self.head.framing.hasBody
            )
        )
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.responseTimeout)
        if let wait = self.loop.clients.wait(for: self.head, from: self.connection, at: now) {
            return self.answer(.rateLimited(retryAfter: wait))
        }
        if !self.head.oddities.isEmpty {
            self.accepted = self.loop.judge.leniency(for: self.head)
            if let rejection = self.head.refusal(accepting: self.accepted) {
                return self.answer(.rejected(rejection))
            }
        } else {
            self.accepted = .none
        }
        switch self.loop.judge.judge(self.head, from: self.connection) {
        case .forward(let permit): self.forward(under: permit)
        case .refuse(let refusal): self.refuse(with: refusal)
        case .later(let future): self.await(future)
        case .respond(let responder): self.collect(for: responder)
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
        if self.collector != nil { return self.collect(bytes) }
        guard self.forwardsBody else { return }
        self.ledger.requestBytes += UInt64(bytes.readableBytes)
        self.loop.gathered(bytes)
        self.upstream?.send(bytes)
    }

    func receivedRequestEnd(trailers: [UInt8]) {
        self.touch()
        self.machine.requestCompleted()
        if self.collector != nil { return self.respond() }
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
        self.loop.gathered(bytes)
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
        // The upstream is not read while the client does not read, and not to blame for it.
        guard self.client.isWritable else {
            self.dropUpstream()
            return self.cut(.clientLeft)
        }
        guard self.machine.awaitsRequestBody, self.client.mayReadBody else {
            return self.lostUpstream(.upstreamTimedOut)
        }
        self.dropUpstream()
        self.answer(.bodyTimedOut)
    }

    func touch() {
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.responseTimeout)
    }
}
