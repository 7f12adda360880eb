internal import HTTPMessage
internal import NIOCore
internal import PolicyDSL

/// The decisions of one event loop whose exchanges are not over, and what is kept of them.
final class ExchangeRecords {
    /// The decision and the ticket under which its exchange runs.
    struct Opened {
        let ticket: ExchangeTicket
        let decision: DecisionID
    }

    private struct Slot {
        let decision: DecisionID
        /// The beginning of the log's line; nil where none is written.
        let line: [UInt8]?
    }

    private let log: DecisionLogBuffer
    private let metrics: LoopMetrics
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var decisions = DecisionCounter()

    init(log: DecisionLogBuffer, metrics: LoopMetrics) {
        self.log = log
        self.metrics = metrics
    }

    /// Begins the record of a request.
    ///
    /// - Parameters:
    ///   - head: absent where none could be read.
    ///   - decision: absent where no policy was asked.
    ///   - denial: set where the request is not forwarded.
    func open(
        _ head: RequestHead?,
        subject: RecordedSubject,
        decision: Decision?,
        denial: Denial? = nil,
        rules: EnforcementRules,
        now: Instant
    ) -> Opened {
        let id = self.decisions.next()
        let outcome = denial?.outcome ?? .allow
        self.count(denial: denial, decision: decision)
        var line: [UInt8]?
        if self.log.wants(outcome, id) {
            line = self.log.begin(
                DecisionRecord(
                    time: now,
                    decision: id,
                    method: head.map { Array($0[$0.method]) } ?? [],
                    host: head.map { Array($0[$0.host]) },
                    path: head.map { Array($0[$0.path]) } ?? [],
                    subject: subject.text,
                    facts: subject.reply,
                    factsAge: subject.reply.age(at: .now()),
                    token: subject.note,
                    outcome: outcome,
                    enforced: decision?.enforced ?? [],
                    projected: decision?.projected,
                    revision: rules.policies.revision
                )
            )
        }
        return Opened(ticket: self.take(Slot(decision: id, line: line)), decision: id)
    }

    private func count(denial: Denial?, decision: Decision?) {
        if let denial {
            self.metrics.tally.countRefusal(
                denial.outcome,
                reason: denial.reason,
                policy: denial.entry?.policy
            )
        } else {
            self.metrics.tally.countAllowed()
        }
        guard let decision, decision.projected.outcome != decision.outcome else { return }
        let entry = decision.projected.entries.first
        self.metrics.tally.countProjected(
            decision.projected.outcome,
            reason: entry?.reason.rawValue ?? "",
            policy: entry?.policy
        )
    }

    /// The record that an exchange already has, for an answer in the upstream's place.
    func reopen(_ ticket: ExchangeTicket) -> Opened? {
        let index = Int(truncatingIfNeeded: ticket.value)
        guard self.slots.indices.contains(index), let slot = self.slots[index] else { return nil }
        return Opened(ticket: ticket, decision: slot.decision)
    }

    /// Ends a record with what came of its exchange.
    func close(_ ticket: ExchangeTicket, with record: ExchangeRecord) {
        let index = Int(truncatingIfNeeded: ticket.value)
        guard self.slots.indices.contains(index), let slot = self.slots[index] else { return }
        if let line = slot.line { self.log.finish(line, status: record.status) }
        self.metrics.tally.count(record)
        self.slots[index] = nil
        self.free.append(index)
    }

    private func take(_ slot: Slot) -> ExchangeTicket {
        guard let index = self.free.popLast() else {
            self.slots.append(slot)
            return ExchangeTicket(value: UInt64(self.slots.count - 1))
        }
        self.slots[index] = slot
        return ExchangeTicket(value: UInt64(index))
    }
}

@available(*, unavailable)
extension ExchangeRecords: Sendable {}

extension DirectoryReply {
    fileprivate func age(at now: NIODeadline) -> Duration? {
        self.fetchedAt.map { .nanoseconds((now - $0).nanoseconds) }
    }
}
