internal import HTTPMessage
internal import NIOCore

// Answers that do not come from upstream, and ends.
extension Exchange {
    /// The judge's own refusal.
    func refuse(with refusal: Refusal) {
        self.ledger.decided(at: .now())
        self.answer(with: refusal)
    }

    func answer(_ fault: ExchangeFault) {
        var refusal = self.loop.judge.answer(
            to: fault,
            under: self.ledger.ticket,
            head: self.head,
            from: self.connection
        )
        // RFC 9110 section 15.5.9: whoever stopped sending is not waited for any longer.
        if refusal.status == 408 { refusal.closes = true }
        self.answer(with: refusal, .init(of: fault))
    }

    func answer(with refusal: Refusal, _ disposition: Disposition = .refused) {
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

    func cut(_ disposition: Disposition) {
        self.finish(disposition)
        self.client.cutOff(disposition)
    }

    /// A ruling came for a client that is gone.
    func abandon(_ ticket: ExchangeTicket?) {
        guard let ticket else { return }
        self.loop.judge.finished(ticket, with: ExchangeLedger().record(.clientLeft, at: .now()))
    }

    func finish(_ disposition: Disposition) {
        self.machine.ended()
        self.permit = nil
        self.collector = nil
        self.release()
        if !self.tried.isEmpty { self.tried = [] }
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
        case .rejected, .headTimedOut, .bodyTimedOut, .reservedPath, .rulingFailed,
            .bodyTooLarge, .expectationFailed, .rateLimited:
            self = .refused
        case .upstreamRefused, .upstreamConnectTimedOut, .upstreamTimedOut, .upstreamClosed,
            .upstreamMalformed, .noUpstream:
            self = .upstreamFailed
        }
    }
}
