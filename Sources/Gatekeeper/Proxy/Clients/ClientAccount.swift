internal import NIOCore
internal import Synchronization

/// How fast one client has been asking; shared by all loops, and without a lock.
final class ClientAccount: Sendable {
    /// When the client has paid for everything it asked, in nanoseconds of uptime.
    private let square = Atomic<Int64>(0)
    private let forgotten = Atomic(false)

    /// Whether somebody else may hold another account of the same client by now.
    var isForgotten: Bool { self.forgotten.load(ordering: .relaxed) }

    func forget() {
        self.forgotten.store(true, ordering: .relaxed)
    }

    /// Whether the client owes nothing, so that a new account would say the same.
    func isSquare(at now: NIODeadline) -> Bool {
        self.square.load(ordering: .relaxed) <= Int64(now.uptimeNanoseconds)
    }

    /// Counts one request; the result is how long the client has to wait, nil when it need not.
    func admit(at rate: RequestRate, now: NIODeadline) -> TimeAmount? {
        let now = Int64(now.uptimeNanoseconds)
        var square = self.square.load(ordering: .relaxed)
        while true {
            switch rate.ruling(square: square, at: now) {
            case .early(let wait):
                return wait
            case .admitted(let next):
                let attempt = self.square.weakCompareExchange(
                    expected: square,
                    desired: next,
                    ordering: .relaxed
                )
                guard !attempt.exchanged else { return nil }
                square = attempt.original
            }
        }
    }
}
