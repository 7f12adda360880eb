internal import HTTPMessage
internal import NIOCore

// On the way up.
extension Exchange {
    func await(_ future: EventLoopFuture<SettledRuling>) {
        let generation = self.generation
        future.hop(to: self.loop.eventLoop).assumeIsolated().whenComplete { result in
            guard generation == self.generation, !self.machine.isIdle else {
                return self.abandon((try? result.get())?.ticket)
            }
            switch result {
            case .success(.forward(let permit)): self.forward(under: permit)
            case .success(.refuse(let refusal)): self.refuse(with: refusal)
            case .success(.respond(let responder)): self.collect(for: responder)
            case .failure: self.answer(.rulingFailed)
            }
            self.client.proceed()
            self.loop.settle()
        }
    }

    func forward(under permit: Permit) {
        self.permit = permit
        self.ledger.decided(at: .now())
        self.ledger.ticket = permit.ticket
        guard !self.head.isReservedPath else { return self.answer(.reservedPath) }
        self.machine.permitted()
        guard let server = self.loop.upstreams.choose(at: self.loop.now) else {
            return self.answer(.noUpstream)
        }
        self.take(server)
        if !self.asksForUpgrade, let upstream = server.takeIdle() {
            return self.send(permit, on: upstream, reused: true)
        }
        self.connect(permit, to: server)
    }

    private func take(_ server: UpstreamPool) {
        self.release()
        self.server = server
        server.load += 1
    }

    /// The server is done with the request.
    func release() {
        self.server?.load -= 1
        self.server = nil
    }

    private func connect(_ permit: Permit, to server: UpstreamPool) {
        // Connecting has a limit of its own, after which this future fails.
        self.deadline = .distantFuture
        let generation = self.generation
        server.connect(for: self.loop).assumeIsolated().whenComplete { result in
            let isWaiting = generation == self.generation && !self.machine.isIdle
            switch result {
            case .success(let bound) where isWaiting:
                self.send(permit, on: bound.value, reused: false)
                self.client.proceed()
            case .success(let bound):
                bound.value.detach(keep: true)
            case .failure(is DescriptorBudget.Exhausted) where isWaiting:
                self.answer(.noUpstream)
            case .failure(let error) where isWaiting:
                self.failed(permit, to: server, ExchangeFault(connecting: error))
            case .failure:
                break
            }
            self.loop.settle()
        }
    }

    // Nothing of the request was sent, so any other server may have it.
    private func failed(_ permit: Permit, to server: UpstreamPool, _ fault: ExchangeFault) {
        self.tried.append(server)
        guard self.loop.upstreams.count > 1,
            let other = self.loop.upstreams.choose(at: self.loop.now, avoiding: self.tried)
        else { return self.lostUpstream(fault) }
        server.health.failed(at: self.loop.now)
        self.take(other)
        self.connect(permit, to: other)
    }

    private func send(_ permit: Permit, on upstream: any UpstreamSide, reused: Bool) {
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
        self.server?.health.succeeded()
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
        self.loop.gathered(bytes)
        self.client.send(body: bytes)
    }

    func receivedEnd(trailers: [UInt8], upstreamKeeps: Bool) {
        let action = self.machine.responseCompleted(
            upstreamKeeps: upstreamKeeps && !self.asksForUpgrade
        )
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
        self.loop.gathered(bytes)
        self.client.sendTunnelled(bytes)
    }

    func upstreamBecame(writable: Bool) {
        self.client.upstreamBecame(writable: writable)
    }

    /// The upstream, or the way to it, failed.
    func lostUpstream(_ fault: ExchangeFault) {
        let action = self.machine.lostUpstream(fault)
        if action.isFault { self.server?.health.failed(at: self.loop.now) }
        self.dropUpstream()
        switch action {
        case .retry:
            guard let permit = self.permit, let server = self.server else {
                return self.answer(fault)
            }
            self.connect(permit, to: server)
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

    func dropUpstream() {
        self.upstream?.close()
        self.upstream = nil
        self.client.upstreamBecame(writable: true)
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
