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

    // Slots are used again, and so is the memory of their lines.
    private struct Slot {
        var decision = DecisionID(high: 0, low: 0)
        var isOpen = false
        /// Whether the log gets a line; `line` is its beginning.
        var isWritten = false
        var line: [UInt8] = []
    }

    private let log: DecisionLogBuffer
    let metrics: LoopMetrics
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var decisions = DecisionCounter()

    init(log: DecisionLogBuffer, metrics: LoopMetrics) {
        self.log = log
        self.metrics = metrics
    }

    /// Begins the record of a request.
    ///
    /// - `request`: empty where no head could be read.
    /// - `decision`: absent where no policy was asked.
    /// - `denial`: set where the request is not forwarded.
    func open(
        _ request: RequestText,
        subject: RecordedSubject,
        decision: Decision?,
        denial: Denial? = nil,
        rules: EnforcementRules,
        now: Instant
    ) -> Opened {
        let id = self.decisions.next()
        let outcome = denial?.outcome ?? .allow
        self.count(denial: denial, decision: decision)
        let index = self.takeSlot()
        self.slots[index].decision = id
        self.slots[index].isWritten = self.log.wants(outcome, id)
        if self.slots[index].isWritten {
            let record = DecisionRecord(
                time: now,
                decision: id,
                request: request,
                caller: subject.text,
                factsAge: subject.reply.age(at: .now()),
                verdict: RecordedVerdict(
                    token: subject.note,
                    outcome: outcome,
                    decision: denial.map { $0.entry == nil } ?? false ? nil : decision,
                    reason: denial?.reason,
                    revision: rules.policies.revision
                )
            )
            self.log.begin(record, in: &self.slots[index].line)
        }
        return Opened(ticket: ExchangeTicket(value: UInt64(index)), decision: id)
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
        guard self.slots.indices.contains(index), self.slots[index].isOpen else { return nil }
        return Opened(ticket: ticket, decision: self.slots[index].decision)
    }

    /// Ends a record with what came of its exchange.
    func close(_ ticket: ExchangeTicket, with record: ExchangeRecord) {
        let index = Int(truncatingIfNeeded: ticket.value)
        guard self.slots.indices.contains(index), self.slots[index].isOpen else { return }
        if self.slots[index].isWritten {
            self.log.finish(self.slots[index].line, status: record.status)
        }
        self.metrics.tally.count(record)
        self.slots[index].isOpen = false
        self.free.append(index)
    }

    /// Hands over the lines that wait for more.
    func flush() {
        self.log.flush()
    }

    private func takeSlot() -> Int {
        let index = self.free.popLast() ?? self.slots.count
        if index == self.slots.count { self.slots.append(Slot()) }
        self.slots[index].isOpen = true
        return index
    }
}

@available(*, unavailable)
extension ExchangeRecords: Sendable {}

extension DirectoryReply {
    fileprivate func age(at now: NIODeadline) -> Duration? {
        self.fetchedAt.map { .nanoseconds((now - $0).nanoseconds) }
    }
}
