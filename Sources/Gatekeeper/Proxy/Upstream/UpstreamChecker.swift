internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix

/// Asks one server whether it is well, again and again, on a connection of its own each time.
final class UpstreamChecker {
    private let eventLoop: any EventLoop
    private let target: UpstreamTarget
    private let check: UpstreamCheck
    private var verdict = UpstreamVerdict()
    private var next: Scheduled<Void>?
    private var isStopped = false

    init(of target: UpstreamTarget, check: UpstreamCheck, eventLoop: any EventLoop) {
        self.target = target
        self.check = check
        self.eventLoop = eventLoop
    }

    /// Asks at once, and again after each interval.
    func start() {
        guard !self.isStopped else { return }
        let answer = self.eventLoop.makePromise(of: Bool.self)
        let deadline = self.eventLoop.scheduleTask(in: self.check.timeout) {
            answer.succeed(false)
        }
        let connected = self.ask(answer)
        connected.whenFailure { _ in answer.succeed(false) }
        answer.futureResult.assumeIsolated().whenComplete { result in
            deadline.cancel()
            connected.whenSuccess { $0.close(promise: nil) }
            self.settle((try? result.get()) ?? false)
        }
    }

    private func ask(_ answer: EventLoopPromise<Bool>) -> EventLoopFuture<any Channel> {
        let target = self.target
        let path = self.check.path
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .connectTimeout(self.check.timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try target.address.addTLS(to: channel)
                    let question = UpstreamQuestion(
                        path: path,
                        address: target.address,
                        answer: answer
                    )
                    let pipeline = channel.pipeline.syncOperations
                    guard target.speaksHTTP2 else {
                        return try pipeline.addHandler(HTTP1Question(question))
                    }
                    let handler = NIOHTTP2Handler(mode: .client, eventLoop: channel.eventLoop) {
                        $0.close()
                    }
                    try pipeline.addHandler(handler)
                    try handler.syncMultiplexer().createStreamChannel(promise: nil) { stream in
                        stream.eventLoop.makeCompletedFuture {
                            try stream.pipeline.syncOperations.addHandler(HTTP2Question(question))
                        }
                    }
                }
            }
        return target.address.connect(bootstrap)
    }

    private func settle(_ isGood: Bool) {
        self.verdict.take(isGood, by: self.check)
        self.target.health.checked(isUp: self.verdict.isUp)
        guard !self.isStopped else { return }
        self.next = self.eventLoop.assumeIsolated().scheduleTask(in: self.check.interval) {
            self.start()
        }
    }

    func stop() {
        self.isStopped = true
        self.next?.cancel()
    }
}

@available(*, unavailable)
extension UpstreamChecker: Sendable {}
