internal import NIOSSL
internal import Synchronization

/// The TLS context in force: connections that begin take it, those that run keep theirs.
final class TLSContextSource: Sendable {
    private let context: Mutex<NIOSSLContext>

    init(_ context: NIOSSLContext) {
        self.context = Mutex(context)
    }

    var current: NIOSSLContext { self.context.withLock { $0 } }

    func replace(with context: NIOSSLContext) {
        self.context.withLock { $0 = context }
    }
}
