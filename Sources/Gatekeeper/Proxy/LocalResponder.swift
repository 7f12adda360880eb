internal import NIOCore

/// Answers a request in the upstream's place, once its body is in.
struct LocalResponder: Sendable {
    /// Longer bodies are refused unread.
    let maximumBody: Int
    /// Called once, on the connection's event loop; a failure is answered as a fault.
    let respond: @Sendable ([UInt8]) -> EventLoopFuture<Refusal>
}

/// What has come of a body that is read here.
struct BodyCollector {
    let responder: LocalResponder
    private(set) var body: [UInt8] = []

    init(_ responder: LocalResponder) {
        self.responder = responder
    }

    /// Takes one more piece; false when that is more than the responder reads.
    mutating func take(_ piece: ByteBuffer) -> Bool {
        guard self.body.count + piece.readableBytes <= self.responder.maximumBody else {
            return false
        }
        self.body += piece.readableBytesView
        return true
    }
}
