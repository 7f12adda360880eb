internal import NIOCore

/// The life of one issuer's key set that is fetched: when to ask, what to keep, when to give up.
///
/// Holds no clock and does no IO; every event brings the time.
struct KeySetLife: Sendable {
    /// How long after a fetch for an unknown `kid` another one is answered from what we have.
    static let coolDown = TimeAmount.seconds(5)

    /// The last good answer.
    struct Held: Sendable {
        let document: KeyDocument
        let fetchedAt: NIODeadline
        let staleAt: NIODeadline
    }

    private enum Phase {
        case fetching
        case resting(until: NIODeadline)
    }

    private let maxStale: TimeAmount
    private var phase: Phase
    private var failures = 0
    private var quietUntil: NIODeadline?
    private(set) var held: Held?
    private(set) var lastFailure: KeySetFailure?

    /// A life that begins with a fetch at once.
    init(maxStale: TimeAmount, at now: NIODeadline) {
        self.maxStale = maxStale
        self.phase = .resting(until: now)
    }

    /// When `woken` wants to be called next; nil where only the fetch that runs can tell.
    var nextWake: NIODeadline? {
        switch self.phase {
        case .fetching: self.held?.staleAt
        case .resting(let until): min(until, self.held?.staleAt ?? until)
        }
    }

    /// When the next fetch is due; nil while one runs.
    var nextFetch: NIODeadline? {
        switch self.phase {
        case .fetching: nil
        case .resting(let until): until
        }
    }

    /// The keys that may be used at `now`; nil when there are none or they are too old.
    func usableKeys(at now: NIODeadline) -> KeyDocument? {
        guard let held = self.held, now < held.staleAt else { return nil }
        return held.document
    }
}

extension KeySetLife {
    enum WakeAction: Equatable {
        case fetch
        case sleep
    }

    /// Time has passed.
    mutating func woken(at now: NIODeadline) -> WakeAction {
        if let held = self.held, now >= held.staleAt { self.held = nil }
        switch self.phase {
        case .fetching: return .sleep
        case .resting(let until):
            guard now >= until else { return .sleep }
            self.phase = .fetching
            return .fetch
        }
    }

    enum MissAction: Equatable {
        case fetch
        /// A fetch is running already; its answer is for everyone.
        case join
        /// Asked a moment ago: the key does not exist.
        case refuse
    }

    /// A token names a key that the set does not hold.
    mutating func missedKey(at now: NIODeadline) -> MissAction {
        switch self.phase {
        case .fetching: return .join
        case .resting(let until):
            if let quietUntil = self.quietUntil, now < quietUntil { return .refuse }
            // A source that is failing is asked by its own schedule only.
            if self.failures > 0, now < until { return .refuse }
            self.phase = .fetching
            self.quietUntil = now + Self.coolDown
            return .fetch
        }
    }

    /// A good answer arrived.
    mutating func fetched(
        _ document: KeyDocument,
        lifetime: TimeAmount,
        at now: NIODeadline
    ) {
        self.held = Held(document: document, fetchedAt: now, staleAt: now + self.maxStale)
        self.failures = 0
        self.lastFailure = nil
        self.phase = .resting(until: now + min(lifetime, self.maxStale))
        if self.quietUntil != nil { self.quietUntil = now + Self.coolDown }
    }

    /// No answer, or one that is refused whole: what we hold stays until it is too old.
    mutating func failed(_ failure: KeySetFailure, jitter: Double, at now: NIODeadline) {
        self.failures += 1
        self.lastFailure = failure
        let delay = BackOff.delay(afterFailures: self.failures, jitter: jitter)
        self.phase = .resting(until: now + delay)
        if let held = self.held, now >= held.staleAt { self.held = nil }
    }
}
