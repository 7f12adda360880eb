internal import Logging
internal import NIOCore
internal import PolicyDSL
internal import Synchronization

/// A directory behind a network: shared by all event loops, asked once per user at a time.
///
/// Its state lives on one event loop; each serving loop keeps a `DirectoryDesk` in front of it.
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
        var isOpen = false
    }

    private struct State {
        var cache: FactCache
        var breaker = CircuitBreaker()
        var flights: [FactKey: [EventLoopPromise<FactCache.Entry?>]] = [:]
    }

    let lifetimes: FactLifetimes
    /// Whether an answer holds for one session rather than for the user.
    let answersForSession: Bool
    private let eventLoop: any EventLoop
    private let ask: Ask
    private let wallClock: @Sendable () -> Instant
    private let logger: Logger
    private let state: NIOLoopBoundBox<State>
    private let counts = Mutex(Tally())

    init(
        lifetimes: FactLifetimes,
        capacity: Int = 200_000,
        answersForSession: Bool,
        eventLoop: any EventLoop,
        logger: Logger,
        wallClock: @escaping @Sendable () -> Instant = { .now },
        ask: @escaping Ask
    ) {
        self.lifetimes = lifetimes
        self.answersForSession = answersForSession
        self.eventLoop = eventLoop
        self.logger = logger
        self.wallClock = wallClock
        self.ask = ask
        self.state = .makeBoxSendingValue(
            State(cache: FactCache(lifetimes: lifetimes, capacity: capacity)),
            eventLoop: eventLoop
        )
    }

    var tally: Tally { self.counts.withLock { $0 } }

    /// Looks an answer up, or asks for it.
    ///
    /// Nil when the source is silent and nothing older may stand in. Succeeds on `eventLoop` and never fails.
    func reply(
        to question: DirectoryQuestion,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<FactCache.Entry?> {
        let promise = eventLoop.makePromise(of: FactCache.Entry?.self)
        self.eventLoop.execute { self.settle(question, promise) }
        return promise.futureResult
    }
}

extension RemoteDirectory {
    func key(for question: DirectoryQuestion) -> FactKey {
        FactKey(
            issuer: question.issuer,
            subject: question.subject,
            session: self.answersForSession ? question.session : nil
        )
    }

    func forget(_ keys: [FactKey]) {
        self.eventLoop.execute {
            for key in keys { self.state.value.cache.remove(key) }
        }
    }

    private func settle(
        _ question: DirectoryQuestion,
        _ promise: EventLoopPromise<FactCache.Entry?>
    ) {
        let now = self.eventLoop.now
        let key = self.key(for: question)
        let finding = self.state.value.cache.find(key, changedAt: question.changedAt, at: now)
        if case .fresh(let entry) = finding { return promise.succeed(entry) }
        if self.state.value.flights[key] != nil {
            self.state.value.flights[key]?.append(promise)
            return
        }
        guard self.state.value.breaker.mayAsk(at: now) else {
            self.counts.withLock { $0.spared += 1 }
            return promise.succeed(finding.entry)
        }
        self.state.value.flights[key] = [promise]
        let askedOn = self.wallClock()
        self.ask(question, self.eventLoop).hop(to: self.eventLoop).whenComplete { result in
            let outcome = (try? result.get()) ?? .failed(.malformed, retryAfter: nil)
            self.land(outcome, for: key, askedOn: askedOn, fallback: finding.entry)
        }
    }

    private func land(
        _ outcome: DirectoryOutcome,
        for key: FactKey,
        askedOn: Instant,
        fallback: FactCache.Entry?
    ) {
        let now = self.eventLoop.now
        var entry = fallback
        switch outcome {
        case .answered(let answer):
            self.state.value.breaker.succeeded()
            let fresh = FactCache.Entry(answer: answer, fetchedAt: now, fetchedOn: askedOn)
            self.state.value.cache.store(fresh, for: key)
            entry = fresh
        case .failed(let failure, let retryAfter):
            self.state.value.breaker.failed(retryAfter: retryAfter, at: now)
            self.logger.warning("directory failed", metadata: ["reason": "\(failure.code)"])
            if let old = fallback, now - old.fetchedAt >= self.lifetimes.maxStale { entry = nil }
        }
        self.count(outcome)
        let waiting = self.state.value.flights.removeValue(forKey: key) ?? []
        for promise in waiting { promise.succeed(entry) }
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
