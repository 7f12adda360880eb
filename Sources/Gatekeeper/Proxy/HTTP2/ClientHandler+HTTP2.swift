internal import HTTPMessage
internal import NIOCore

extension ClientHandler {
    /// Gives the connection to HTTP/2 if its first bytes are that protocol's preface
    /// (RFC 9113 section 3.4); the rest of it is checked there.
    func switchToHTTP2() -> Bool {
        guard let context = self.context, let limits = self.loop.settings.http2,
            let exchange = self.exchange, exchange.generation == 0,
            self.unread.readableBytesView.starts(with: "PRI * HTTP/2.0\r\n".utf8)
        else { return false }
        do {
            try HTTP2ClientConnection.begin(
                on: context.channel,
                self.loop,
                info: exchange.connection,
                limits: limits
            )
        } catch {
            return false
        }
        let preface = self.unread
        self.phase = .closed
        self.unread = ByteBuffer()
        self.deadline = .distantFuture
        self.loop.closed(self)
        context.fireChannelRead(Self.wrapInboundOut(preface))
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        return true
    }
}
