internal import Logging
internal import NIOCore
internal import PolicyDSL
internal import Synchronization

/// A directory that has to be asked: shared by all event loops, asked once per user at a time.
///
/// What it said is read on any thread; questions are asked from one event loop.
final class RemoteDirectory: Sendable {
    /// Asks the source once; the future never fails.
    typealias Ask =
        @Sendable (DirectoryQuestion, any EventLoop) -> EventLoopFuture<DirectoryOutcome>

    /// How often the source was asked, by what came of it.
    struct Tally: Equatable, Sendable {
        var answered = 0
        var refused = 0
        var failed = 0
        /// Questions that the open circuit breaker kept from the source.
        var spared = 0
        /// Users that the source said have changed.
        var changed = 0
        var isOpen = false
    }

    /// A question on its way, and everybody who waits for the answer.
    private struct Flight {
        let askedOn: Instant
        /// What may stand in if the source fails.
        let fallback: FactCache.Entry?
        var waiting: [EventLoopPromise<FactCache.Entry?>]
    }

    private struct State {
        var breaker = CircuitBreaker()
        var flights: [UInt64: Flight] = [:]
        // A flight that is not found here any more was overtaken by a change: its answer is for
        // those who waited already, and is not kept.
        var current: [FactKey: UInt64] = [:]
        var departures: UInt64 = 0
    }

    /// Whether an answer holds for one session rather than for the user.
    let answersForSession: Bool
    private let cache: FactCache
    private let lifetimes: FactLifetimes
    private let eventLoop: any EventLoop
    private let ask: Ask
    private let wallClock: @Sendable () -> Instant
    private let logger: Logger
    private let state: NIOLoopBoundBox<State>
    private let counts = Mutex(Tally())

    init(
        lifetimes: FactLifetimes,
        capacity: Int = FactCache.usualCapacity,
        answersForSession: Bool,
        eventLoop: any EventLoop,
        logger: Logger,
        wallClock: @escaping @Sendable () -> Instant = { .now },
        ask: @escaping Ask
    ) {
        self.lifetimes = lifetimes
        self.cache = FactCache(lifetimes: lifetimes, capacity: capacity)
        self.answersForSession = answersForSession
        self.eventLoop = eventLoop
        self.logger = logger
        self.wallClock = wallClock
        self.ask = ask
        self.state = .makeBoxSendingValue(State(), eventLoop: eventLoop)
    }

    var tally: Tally { self.counts.withLock { $0 } }

    /// What the source said lately, if it is still fresh; on any thread.
    func heard(about question: DirectoryQuestion, at now: NIODeadline) -> FactCache.Entry? {
        let key = self.key(for: question)
        let finding = self.cache.find(key, changedAt: question.changedAt, at: now)
        guard case .fresh(let entry) = finding else { return nil }
        return entry
    }

    /// Looks an answer up, or asks for it.
    ///
    /// Nil when the source is silent and nothing older may stand in. Succeeds on `eventLoop` and
    /// never fails.
    func reply(
        to question: DirectoryQuestion,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<FactCache.Entry?> {
        let promise = eventLoop.makePromise(of: FactCache.Entry?.self)
        self.eventLoop.execute { self.settle(question, promise) }
        return promise.futureResult
    }

    /// The source says that a user changed: nothing from before counts any more.
    func drop(_ user: UserDigest) {
        self.drop { cache in
            cache.drop(user)
        } flights: {
            $0.user == user
        }
        self.counts.withLock { $0.changed += 1 }
    }

    /// Everybody may have changed.
    func dropAll() {
        self.drop { cache in
            cache.dropAll()
        } flights: { _ in
            true
        }
    }

    private func drop(
        _ forget: @escaping @Sendable (FactCache) -> Void,
        flights isAffected: @escaping @Sendable (FactKey) -> Bool
    ) {
        forget(self.cache)
        self.eventLoop.execute {
            self.state.value.current = self.state.value.current.filter { !isAffected($0.key) }
            // Answers that landed since, from before the change.
            forget(self.cache)
        }
    }
}

extension RemoteDirectory {
    private func key(for question: DirectoryQuestion) -> FactKey {
        self.answersForSession ? question.key : question.key.withoutSession
    }

    private func settle(
        _ question: DirectoryQuestion,
        _ promise: EventLoopPromise<FactCache.Entry?>
    ) {
        let now = self.eventLoop.now
        let key = self.key(for: question)
        let finding = self.cache.find(key, changedAt: question.changedAt, at: now)
        if case .fresh(let entry) = finding { return promise.succeed(entry) }
        if let number = self.flight(for: key, notBefore: question.changedAt) {
            self.state.value.flights[number]?.waiting.append(promise)
            return
        }
        guard self.state.value.breaker.mayAsk(at: now) else {
            self.counts.withLock { $0.spared += 1 }
            return promise.succeed(finding.entry)
        }
        let number = self.state.value.departures
        self.state.value.departures += 1
        self.state.value.current[key] = number
        self.state.value.flights[number] = Flight(
            askedOn: self.wallClock(),
            fallback: finding.entry,
            waiting: [promise]
        )
        self.ask(question, self.eventLoop).hop(to: self.eventLoop).whenComplete { result in
            let outcome = (try? result.get()) ?? .failed(.malformed, retryAfter: nil)
            self.land(number, key, outcome)
        }
    }

    private func flight(for key: FactKey, notBefore changedAt: Instant?) -> UInt64? {
        guard let number = self.state.value.current[key] else { return nil }
        guard let flight = self.state.value.flights[number] else { return nil }
        return changedAt.map { flight.askedOn <= $0 } ?? false ? nil : number
    }

    private func land(_ number: UInt64, _ key: FactKey, _ outcome: DirectoryOutcome) {
        guard let flight = self.state.value.flights.removeValue(forKey: number) else { return }
        let isCurrent = self.state.value.current[key] == number
        if isCurrent { self.state.value.current[key] = nil }
        let now = self.eventLoop.now
        var entry: FactCache.Entry?
        switch outcome {
        case .answered(let answer):
            self.state.value.breaker.succeeded()
            let fresh = FactCache.Entry(answer: answer, fetchedAt: now, fetchedOn: flight.askedOn)
            if isCurrent { self.cache.store(fresh, for: key) }
            entry = fresh
        case .failed(let failure, let retryAfter):
            self.state.value.breaker.failed(retryAfter: retryAfter, at: now)
            self.logger.warning("directory failed", metadata: ["reason": "\(failure.code)"])
            if isCurrent, let old = flight.fallback,
                now - old.fetchedAt < self.lifetimes.maxStale
            {
                entry = old
            }
        }
        self.count(outcome)
        for promise in flight.waiting { promise.succeed(entry) }
    }

    private func count(_ outcome: DirectoryOutcome) {
        let isOpen = self.state.value.breaker.isOpen
        self.counts.withLock { tally in
            tally.isOpen = isOpen
            switch outcome {
            case .answered(.known), .answered(.unknown): tally.answered += 1
            case .answered(.refused): tally.refused += 1
            case .failed: tally.failed += 1
            }
        }
    }
}

extension FactCache.Finding {
    fileprivate var entry: FactCache.Entry? {
        switch self {
        case .fresh(let entry), .stale(let entry): entry
        case .missing: nil
        }
    }
}
