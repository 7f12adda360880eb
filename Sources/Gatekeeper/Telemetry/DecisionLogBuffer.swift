internal import HTTPMessage
internal import NIOCore
internal import PolicyDSL

/// One event loop's lines on their way to the decision log.
///
/// Lines are collected and handed over when there are many or when the loop had time, so that a
/// request costs no lock.
final class DecisionLogBuffer {
    private static let fullAt = 32 << 10
    private static let longestDelay = TimeAmount.milliseconds(20)

    private let log: DecisionLog
    private let rules: LogConfiguration
    private let eventLoop: any EventLoop
    private var writer = DecisionLineWriter()
    private var chunk: [UInt8] = []
    private var lines = 0
    private var handOver: Scheduled<Void>?

    init(_ log: DecisionLog, rules: LogConfiguration, eventLoop: any EventLoop) {
        self.log = log
        self.rules = rules
        self.eventLoop = eventLoop
    }

    /// Whether a decision is written at all; which allowed ones are follows from their identity,
    /// so that every part of the system picks the same.
    func wants(_ outcome: Outcome, _ decision: DecisionID) -> Bool {
        switch (self.rules.decisions, outcome) {
        case (.none, _): return false
        case (.refusals, .allow): return false
        case (.refusals, _): return true
        case (.all, .allow):
            let share = self.rules.sampleAllow
            return share >= 1 || Double(decision.low) < share * Double(UInt64.max)
        case (.all, _): return true
        }
    }

    /// Writes the beginning of a line in the place of what `line` held; it becomes one with
    /// `finish`.
    func begin(_ record: DecisionRecord, in line: inout [UInt8]) {
        line.removeAll(keepingCapacity: true)
        line.reserveCapacity(768)
        self.writer.begin(record, in: &line)
    }

    /// Adds the line that was begun.
    func finish(_ line: [UInt8], status: UInt16) {
        self.chunk.append(contentsOf: line)
        self.writer.end(status: status, in: &self.chunk)
        self.lines += 1
        if self.chunk.count >= Self.fullAt {
            self.flush()
        } else if self.handOver == nil {
            let buffer = NIOLoopBound(self, eventLoop: self.eventLoop)
            self.handOver = self.eventLoop.scheduleTask(in: Self.longestDelay) {
                buffer.value.flush()
            }
        }
    }

    /// Hands over what was collected.
    func flush() {
        self.handOver?.cancel()
        self.handOver = nil
        guard self.lines > 0 else { return }
        self.log.submit(self.chunk, lines: self.lines)
        self.chunk = []
        self.chunk.reserveCapacity(Self.fullAt + 2_048)
        self.lines = 0
    }
}

// Its chunk is touched on one event loop only.
@available(*, unavailable)
extension DecisionLogBuffer: Sendable {}
