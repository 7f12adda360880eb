internal import NIOCore

/// Keeps a source that is failing from holding requests.
///
/// Opens after five failures in a row; while it is open, one question at a time is let through to
/// see whether the source is back.
struct CircuitBreaker: Sendable {
    static let tolerated = 5
    static let probeInterval = TimeAmount.seconds(5)
    static let longestPause = TimeAmount.seconds(60)

    private enum State {
        case closed(failures: Int)
        case open(until: NIODeadline)
        case probing
    }

    private var state = State.closed(failures: 0)

    var isOpen: Bool {
        switch self.state {
        case .closed: false
        case .open, .probing: true
        }
    }

    /// Whether the source may be asked now; asking is then followed by its outcome.
    mutating func mayAsk(at now: NIODeadline) -> Bool {
        switch self.state {
        case .closed: return true
        case .probing: return false
        case .open(let until):
            guard now >= until else { return false }
            self.state = .probing
            return true
        }
    }

    mutating func succeeded() {
        self.state = .closed(failures: 0)
    }

    /// - Parameters:
    ///   - retryAfter: The pause the source asked for; honoured up to a minute.
    ///   - now: The time of the failure.
    mutating func failed(retryAfter: TimeAmount?, at now: NIODeadline) {
        if let retryAfter {
            self.state = .open(until: now + min(max(retryAfter, .zero), Self.longestPause))
            return
        }
        switch self.state {
        case .closed(let failures) where failures + 1 < Self.tolerated:
            self.state = .closed(failures: failures + 1)
        case .closed, .probing:
            self.state = .open(until: now + Self.probeInterval)
        case .open: break
        }
    }
}
