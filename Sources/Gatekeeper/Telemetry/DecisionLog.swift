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
        var tally = Tally()
    }

    // The writer is one thread, and only closures on it touch the file.
    private final class Sink: Sendable {
        private let file: Mutex<LogFile>

        init(_ file: consuming LogFile) {
            self.file = Mutex(file)
        }

        func write(_ bytes: [UInt8]) -> Bool {
            self.file.withLock { file in
                do {
                    try file.append(bytes)
                    return true
                } catch {
                    return false
                }
            }
        }

        func reopen() throws {
            try self.file.withLock { try $0.reopen() }
        }
    }

    private let sink: Sink
    private let writer: NIOThreadPool
    private let logger: Logger
    private let waiting = Mutex(Waiting())

    /// - Parameters:
    ///   - path: The file; nil is standard output.
    ///   - logger: Told once when lines cannot be written.
    /// - Throws: The file cannot be opened.
    init(path: String?, logger: Logger) throws {
        self.sink = Sink(try LogFile(path: path))
        self.writer = NIOThreadPool(numberOfThreads: 1)
        self.logger = logger
        self.writer.start()
    }

    var tally: Tally { self.waiting.withLock { $0.tally } }

    /// Takes over a chunk of `lines` whole lines.
    func submit(_ chunk: [UInt8], lines: Int) {
        let isTaken = self.waiting.withLock { waiting in
            guard waiting.bytes + chunk.count <= Self.largestBacklog else {
                waiting.tally.dropped += lines
                return false
            }
            waiting.bytes += chunk.count
            return true
        }
        guard isTaken else { return }
        self.writer.submit { [sink] state in
            let isWritten = state == .active && sink.write(chunk)
            self.settle(chunk.count, lines: lines, isWritten: isWritten)
        }
    }

    private func settle(_ bytes: Int, lines: Int, isWritten: Bool) {
        let isFirstLoss = self.waiting.withLock { waiting in
            waiting.bytes -= bytes
            if isWritten {
                waiting.tally.written += lines
                return false
            }
            waiting.tally.dropped += lines
            return waiting.tally.dropped == lines
        }
        if isFirstLoss { self.logger.error("cannot write the decision log") }
    }

    /// Opens the file again after the chunks that wait, so that a rotation loses no line.
    func reopen() {
        self.writer.submit { [sink, logger] _ in
            do {
                try sink.reopen()
            } catch {
                logger.error("cannot reopen the decision log; the old file stays in use")
            }
        }
    }

    /// Writes what waits; succeeds when everything submitted before is out.
    func flush(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        self.writer.runIfActive(eventLoop: eventLoop) {}
    }

    /// Ends the writer after the chunks that wait.
    func close() async throws {
        try await self.writer.runIfActive {}
        try await self.writer.shutdownGracefully()
    }
}
