internal import Logging
internal import NIOCore
internal import TokenVerify

/// Keeps one issuer's fetched key set current: the shell around `KeySetLife`.
///
/// Everything but the fetch itself happens on one event loop.
final class KeyRefresher: Sendable {
    /// Asks the source; fails with `KeySetFailure` only.
    typealias Fetch = @Sendable (any EventLoop) -> EventLoopFuture<KeySetAnswer>

    /// How long a request is held because its key ID is unknown: the cool-down and a fetch.
    static let longestWait = TimeAmount.seconds(2)

    private struct Waiter {
        let name: MissedKeys.Name
        let promise: EventLoopPromise<Void>
        let end: Scheduled<Void>
    }

    private struct State {
        var life: KeySetLife
        var wake: Scheduled<Void>?
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var isStopped = false
    }

    private let keys: IssuerKeys
    private let eventLoop: any EventLoop
    private let fetch: Fetch
    private let jitter: @Sendable () -> Double
    private let logger: Logger
    private let state: NIOLoopBoundBox<State>
    private let firstAnswer: EventLoopPromise<Void>

    init(
        keys: IssuerKeys,
        maxStale: TimeAmount,
        eventLoop: any EventLoop,
        logger: Logger,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        fetch: @escaping Fetch
    ) {
        self.keys = keys
        self.eventLoop = eventLoop
        self.fetch = fetch
        self.jitter = jitter
        self.logger = logger
        self.firstAnswer = eventLoop.makePromise()
        self.state = .makeBoxSendingValue(
            State(life: KeySetLife(maxStale: maxStale, at: eventLoop.now)),
            eventLoop: eventLoop
        )
    }

    // One that was never started answers nobody.
    deinit {
        self.firstAnswer.succeed()
    }

    /// Begins with a fetch at once; the future succeeds with the first answer, good or bad.
    @discardableResult
    func start() -> EventLoopFuture<Void> {
        self.eventLoop.execute { self.wake() }
        return self.firstAnswer.futureResult
    }

    /// Ends it; requests that wait go on with what there is.
    func stop() {
        self.eventLoop.execute {
            self.state.value.isStopped = true
            self.state.value.wake?.cancel()
            self.releaseWaiters { _ in true }
            self.firstAnswer.succeed()
        }
    }

    /// A token names an unknown key: succeeds, on `eventLoop`, when looking again makes sense or
    /// waiting does not.
    func missedKey(
        _ name: MissedKeys.Name,
        on eventLoop: any EventLoop
    ) -> EventLoopFuture<Void> {
        let promise = eventLoop.makePromise(of: Void.self)
        self.eventLoop.execute { self.missedKey(name, promise) }
        return promise.futureResult
    }
}

extension KeyRefresher {
    private func missedKey(_ name: MissedKeys.Name, _ promise: EventLoopPromise<Void>) {
        guard !self.state.value.isStopped else { return promise.succeed() }
        switch self.state.value.life.missedKey(name, at: self.eventLoop.now) {
        case .proceed: promise.succeed()
        case .wait:
            self.wait(name, promise)
            self.settle()
        case .fetch:
            self.wait(name, promise)
            self.beginFetch()
        }
    }

    private func wait(_ name: MissedKeys.Name, _ promise: EventLoopPromise<Void>) {
        let number = self.state.value.nextWaiter
        let end = self.eventLoop.scheduleTask(in: Self.longestWait) {
            let waiter = self.state.value.waiters.removeValue(forKey: number)
            waiter?.promise.succeed()
        }
        self.state.value.waiters[number] = Waiter(name: name, promise: promise, end: end)
        self.state.value.nextWaiter += 1
    }

    private func wake() {
        guard !self.state.value.isStopped else { return }
        switch self.state.value.life.woken(at: self.eventLoop.now) {
        case .fetch: self.beginFetch()
        case .sleep: self.settle()
        }
    }

    private func beginFetch() {
        self.settle()
        self.fetch(self.eventLoop).hop(to: self.eventLoop).whenComplete { result in
            self.finishFetch(result)
        }
    }

    private func finishFetch(_ result: Result<KeySetAnswer, any Error>) {
        let now = self.eventLoop.now
        switch result {
        case .success(let answer):
            if self.state.value.life.lastFailure != nil {
                self.logger.notice("keys are back", metadata: ["issuer": "\(self.keys.issuer)"])
            }
            self.state.value.life.fetched(answer.document, lifetime: answer.lifetime, at: now)
        case .failure(let error):
            let failure = error as? KeySetFailure ?? .unreachable(.brokenAnswer)
            self.logger.warning(
                "cannot refresh keys",
                metadata: ["issuer": "\(self.keys.issuer)", "reason": "\(failure)"]
            )
            self.state.value.life.failed(failure, jitter: self.jitter(), at: now)
        }
        self.settle()
        let life = self.state.value.life
        self.releaseWaiters { !life.isAwaited($0) }
        self.firstAnswer.succeed()
    }

    /// Publishes what the life holds now and plans the next look at it.
    private func settle() {
        let now = self.eventLoop.now
        let life = self.state.value.life
        self.keys.publish(
            life.usableKeys(at: now),
            fetchedAt: life.held?.fetchedAt,
            nextFetch: life.nextFetch,
            lastFailure: life.lastFailure
        )
        self.state.value.wake?.cancel()
        self.state.value.wake = nil
        guard let next = life.nextWake, !self.state.value.isStopped else { return }
        self.state.value.wake = self.eventLoop.scheduleTask(deadline: next) { self.wake() }
    }

    private func releaseWaiters(_ isOver: (MissedKeys.Name) -> Bool) {
        let over = self.state.value.waiters.filter { isOver($0.value.name) }
        for (number, waiter) in over {
            self.state.value.waiters[number] = nil
            waiter.end.cancel()
            waiter.promise.succeed()
        }
    }
}
