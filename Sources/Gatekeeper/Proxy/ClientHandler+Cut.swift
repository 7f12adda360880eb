internal import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

extension ClientHandler {
    func cutOff(_ disposition: Disposition) {
        guard let context = self.context else { return }
        self.phase = .closed
        self.deadline = self.loop.deadline(in: self.loop.settings.limits.lingerTimeout)
        // An orderly close is how a body without a length ends; only a reset cuts it.
        if self.isUntilClose, let socket = context.channel as? any SocketOptionProvider {
            _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        }
        self.outbox.flushAndReport(context: context).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
