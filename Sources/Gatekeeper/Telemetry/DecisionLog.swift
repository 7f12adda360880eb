internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The decision log: event loops hand over whole chunks of lines, one thread writes them.
///
/// It never blocks a loop: what does not fit is dropped and counted.
final class DecisionLog: Sendable {
    /// Lines that were dropped or written so far.
    struct Tally: Equatable, Sendable {
        var written = 0
        var dropped = 0
    }

    static let largestBacklog = 16 << 20

    private struct Waiting {
        var bytes = 0
        var lines = 0
        var tally = Tally()
    }

    private let file: Mutex<LogFile>
    private let writer: NIOThreadPool
    private let logger: Logger
    private let waiting = Mutex(Waiting())

    /// - Parameters:
    ///   - path: The file; nil is standard output.
    ///   - logger: Told once when lines cannot be written.
    /// - Throws: The file cannot be opened.
    init(path: String?, logger: Logger) throws {
        self.file = Mutex(try LogFile(path: path))
        self.writer = NIOThreadPool(numberOfThreads: 1)
        self.logger = logger
        self.writer.start()
    }

    var tally: Tally { self.waiting.withLock { $0.tally } }

    /// How much waits to be written, in bytes.
    var backlog: Int { self.waiting.withLock { $0.bytes } }

    /// Takes over a chunk of `lines` whole lines.
    func submit(_ chunk: [UInt8], lines: Int) {
        let isTaken = self.waiting.withLock { waiting in
            guard waiting.bytes + chunk.count <= Self.largestBacklog else {
                waiting.tally.dropped += lines
                return false
            }
            waiting.bytes += chunk.count
            waiting.lines += lines
            return true
        }
        guard isTaken else { return }
        self.writer.submit { state in
            let written = state == .active ? self.file.withLock { $0.append(chunk) } : 0
            self.settle(chunk, lines: lines, written: written)
        }
    }

    private func settle(_ chunk: [UInt8], lines: Int, written: Int) {
        let isWhole = written == chunk.count
        let good = isWhole ? lines : chunk[..<written].count { $0 == UInt8(ascii: "\n") }
        let isFirstLoss = self.waiting.withLock { waiting in
            waiting.bytes -= chunk.count
            waiting.lines -= lines
            waiting.tally.written += good
            waiting.tally.dropped += lines - good
            return !isWhole && waiting.tally.dropped == lines - good
        }
        if isFirstLoss { self.logger.error("cannot write the decision log") }
    }

    /// Opens the file again after the chunks that wait, so that a rotation loses no line.
    func reopen() {
        self.writer.submit { [logger] _ in
            do {
                try self.file.withLock { try $0.reopen() }
            } catch {
                logger.error("cannot reopen the decision log; the old file stays in use")
            }
        }
    }

    /// Writes what waits; succeeds when everything submitted before is out.
    func flush(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        self.writer.runIfActive(eventLoop: eventLoop) {}
    }

    /// Ends the writer after the chunks that wait; what a disk that stalls has not taken within
    /// `limit` is given up.
    func close(
        on eventLoop: any EventLoop = MultiThreadedEventLoopGroup.singleton.any(),
        within limit: TimeAmount = .seconds(10)
    ) async throws {
        let outcome = eventLoop.makePromise(of: Bool.self)
        let timer = eventLoop.scheduleTask(in: limit) { outcome.succeed(false) }
        self.flush(on: eventLoop).whenComplete { _ in
            timer.cancel()
            outcome.succeed(true)
        }
        guard try await outcome.futureResult.get() else {
            let lines = self.waiting.withLock { $0.lines }
            self.logger.error("gave up \(lines) lines that the decision log does not take")
            // Its thread is waiting in the kernel and cannot be waited for.
            self.writer.shutdownGracefully { _ in }
            return
        }
        try await self.writer.shutdownGracefully()
    }
}
