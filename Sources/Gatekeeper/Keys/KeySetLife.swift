internal import NIOCore

/// The life of one issuer's key set that is fetched: when to ask, what to keep, when to give up.
///
/// Holds no clock and does no IO; every event brings the time.
struct KeySetLife: Sendable {
    /// How long after a fetch for an unknown `kid` the next one may begin.
    static let coolDown = TimeAmount.seconds(1)

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
    private var missed = MissedKeys()
    private(set) var held: Held?
    private(set) var lastFailure: KeySetFailure?

    /// A life that begins with a fetch at once.
    init(maxStale: TimeAmount, at now: NIODeadline) {
        self.maxStale = maxStale
        self.phase = .resting(until: now)
    }

    /// When `woken` wants to be called next; nil where only the fetch that runs can tell.
    var nextWake: NIODeadline? {
        guard let next = self.nextFetch else { return self.held?.staleAt }
        return min(next, self.held?.staleAt ?? next)
    }

    /// When the next fetch is due; nil while one runs.
    var nextFetch: NIODeadline? {
        switch self.phase {
        case .fetching: nil
        case .resting(let until):
            self.missed.isWaiting ? min(until, self.quietUntil ?? .uptimeNanoseconds(0)) : until
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
        case .resting:
            guard let next = self.nextFetch, now >= next else { return .sleep }
            self.beginFetch(at: now)
            return .fetch
        }
    }

    enum MissAction: Equatable {
        case fetch
        /// A fetch that runs, or the one after the cool-down, is for this key ID too.
        case wait
        /// Nothing is to be waited for: the set holds the key by now, or the source does not.
        case proceed
    }

    /// A token names a key that the set did not hold when it was looked at.
    mutating func missedKey(_ name: MissedKeys.Name, at now: NIODeadline) -> MissAction {
        if self.missed.isPresent(name) { return .proceed }
        if self.missed.isAwaited(name) { return .wait }
        switch self.phase {
        case .fetching: return self.missed.await(name) ? .wait : .proceed
        case .resting(let until):
            // A source that is failing is asked by its own schedule only.
            if self.failures > 0, now < until { return .proceed }
            guard let quietUntil = self.quietUntil, now < quietUntil else {
                _ = self.missed.await(name)
                self.beginFetch(at: now)
                return .fetch
            }
            guard !self.missed.isAbsent(name), self.missed.await(name) else { return .proceed }
            return .wait
        }
    }

    /// Whether a token that names this key still has something to wait for.
    func isAwaited(_ name: MissedKeys.Name) -> Bool {
        self.missed.isAwaited(name)
    }

    private mutating func beginFetch(at now: NIODeadline) {
        self.phase = .fetching
        if self.missed.isWaiting { self.quietUntil = now + Self.coolDown }
        self.missed.beginFetch()
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
        self.missed.endFetch(document.keys)
    }

    /// No answer, or one that is refused whole: what we hold stays until it is too old.
    mutating func failed(_ failure: KeySetFailure, jitter: Double, at now: NIODeadline) {
        self.failures += 1
        self.lastFailure = failure
        self.missed.failFetch()
        let delay = BackOff.delay(afterFailures: self.failures, jitter: jitter)
        self.phase = .resting(until: now + delay)
        if let held = self.held, now >= held.staleAt { self.held = nil }
    }
}
