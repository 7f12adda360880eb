internal import NIOCore
internal import Synchronization

/// How many sockets the proxy may have open at once, so that the process never runs out of file
/// descriptors.
///
/// Running out is worse than refusing: libdispatch, which carries Swift's tasks, ends the process
/// when it cannot open a file of `/proc`.
final class DescriptorBudget: Sendable {
    struct Exhausted: Error {}

    /// Set aside for everything that is no connection of a client or to the application.
    private static let reserve = 64

    private let capacity: Int
    private let used = Atomic<Int>(0)

    /// - `limit`: the file descriptors that the process may have.
    init(limit: Int) {
        self.capacity = max(limit - Self.reserve, limit / 2)
    }

    /// Whether another client may be accepted: a quarter is left for what those here ask for.
    var admitsClients: Bool {
        self.used.load(ordering: .relaxed) < self.capacity - self.capacity / 4
    }

    /// Counts a client that was accepted.
    func admit(_ client: any Channel) {
        self.used.add(1, ordering: .relaxed)
        self.release(when: client)
    }

    /// Opens a connection, if one more may be open.
    func open(
        on eventLoop: any EventLoop,
        _ connect: () -> EventLoopFuture<any Channel>
    ) -> EventLoopFuture<any Channel> {
        guard self.used.add(1, ordering: .relaxed).newValue <= self.capacity else {
            self.used.subtract(1, ordering: .relaxed)
            return eventLoop.makeFailedFuture(Exhausted())
        }
        let channel = connect()
        channel.whenComplete { result in
            switch result {
            case .success(let channel): self.release(when: channel)
            case .failure: self.used.subtract(1, ordering: .relaxed)
            }
        }
        return channel
    }

    private func release(when channel: any Channel) {
        channel.closeFuture.whenComplete { _ in
            self.used.subtract(1, ordering: .relaxed)
        }
    }
}
