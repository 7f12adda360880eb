internal import NIOCore
internal import NIOPosix

/// Reads a file once and again whenever it changes, off the event loops.
final class FileFollower: Sendable {
    /// Takes each new content, or why there is none; called on a thread that may block, one call
    /// at a time.
    typealias Delivery = @Sendable (Result<[UInt8], any Error>) -> Void

    private struct State {
        var file: WatchedFile
        var next: Scheduled<Void>?
        var isStopped = false
    }

    private let eventLoop: any EventLoop
    private let pool: NIOThreadPool
    private let interval: TimeAmount
    private let deliver: Delivery
    private let state: NIOLoopBoundBox<State>

    init(
        path: String,
        eventLoop: any EventLoop,
        pool: NIOThreadPool,
        interval: Duration = WatchedFile.interval,
        deliver: @escaping Delivery
    ) {
        self.eventLoop = eventLoop
        self.pool = pool
        self.interval = TimeAmount(interval)
        self.deliver = deliver
        let state = State(file: WatchedFile(path: path))
        self.state = .makeBoxSendingValue(state, eventLoop: eventLoop)
    }

    /// Begins; the future succeeds when the first content, or its absence, was delivered.
    @discardableResult
    func start() -> EventLoopFuture<Void> {
        self.eventLoop.flatSubmit { self.look(isFirst: true) }
    }

    func stop() {
        self.eventLoop.execute {
            self.state.value.isStopped = true
            self.state.value.next?.cancel()
        }
    }

    private func look(isFirst: Bool) -> EventLoopFuture<Void> {
        let file = self.state.value.file
        let deliver = self.deliver
        return self.pool
            .runIfActive(eventLoop: self.eventLoop) {
                var file = file
                // The fingerprint is taken first: a change while we read is seen next time.
                if file.hasChanged() || isFirst {
                    deliver(Result { try file.contents() })
                }
                return file
            }
            .map { (file: WatchedFile) in self.rest(file) }
            .recover { _ in }
    }

    private func rest(_ file: WatchedFile) {
        self.state.value.file = file
        guard !self.state.value.isStopped else { return }
        self.state.value.next = self.eventLoop.scheduleTask(in: self.interval) {
            _ = self.look(isFirst: false)
        }
    }
}
