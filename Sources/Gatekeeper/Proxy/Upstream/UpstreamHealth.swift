internal import NIOCore
internal import Synchronization

/// What is known about one server, by all event loops together.
final class UpstreamHealth: Sendable {
    private let failuresBeforeEjection: Int
    private let ejection: TimeAmount
    private let failures = Atomic(0)
    /// In nanoseconds of `NIODeadline`; 0 when it is not ejected.
    private let ejectedUntil = Atomic<UInt64>(0)
    private let isFailingChecks = Atomic(false)

    init(failuresBeforeEjection: Int, ejection: TimeAmount) {
        self.failuresBeforeEjection = failuresBeforeEjection
        self.ejection = ejection
    }

    /// Whether health checks say that it serves; true where nobody asks.
    var isUp: Bool { !self.isFailingChecks.load(ordering: .relaxed) }

    /// When the server may be tried again; the past unless it is ejected.
    var readmission: NIODeadline {
        .uptimeNanoseconds(self.ejectedUntil.load(ordering: .relaxed))
    }

    /// A request was answered.
    func succeeded() {
        guard self.failures.load(ordering: .relaxed) != 0 else { return }
        self.failures.store(0, ordering: .relaxed)
        self.ejectedUntil.store(0, ordering: .relaxed)
    }

    /// The server refused, timed out, died or answered nonsense.
    func failed(at now: NIODeadline) {
        let count = self.failures.add(1, ordering: .relaxed).newValue
        guard count >= self.failuresBeforeEjection else { return }
        // What comes back from an ejection and fails again is ejected at once.
        self.ejectedUntil.store((now + self.ejection).uptimeNanoseconds, ordering: .relaxed)
    }

    func checked(isUp: Bool) {
        self.isFailingChecks.store(!isUp, ordering: .relaxed)
    }
}
