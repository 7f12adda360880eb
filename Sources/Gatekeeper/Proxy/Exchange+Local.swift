internal import HTTPMessage
internal import NIOCore

// Requests that are answered here.
extension Exchange {
    func collect(for responder: LocalResponder) {
        if case .length(let length) = self.head.framing, length > responder.maximumBody {
            return self.answer(.bodyTooLarge)
        }
        guard !self.head.framing.hasBody || !self.head.traits.contains(.expectsContinue) else {
            return self.answer(.expectationFailed)
        }
        self.collector = BodyCollector(responder)
        if self.machine.collects() { self.respond() }
    }

    func collect(_ bytes: ByteBuffer) {
        self.ledger.requestBytes += UInt64(bytes.readableBytes)
        guard self.collector?.take(bytes) == true else { return self.answer(.bodyTooLarge) }
    }

    func respond() {
        guard let collector = self.collector else { return }
        self.collector = nil
        let generation = self.generation
        let answer = collector.responder.respond(collector.body).hop(to: self.loop.eventLoop)
        answer.assumeIsolated().whenComplete { result in
            guard generation == self.generation, !self.machine.isIdle else {
                return self.abandon((try? result.get())?.ticket)
            }
            switch result {
            case .success(let refusal): self.answer(with: refusal)
            case .failure: self.answer(.rulingFailed)
            }
            self.client.proceed()
            self.loop.settle()
        }
    }
}
