internal import NIOCore

/// Figures of one exchange, gathered while it runs.
struct ExchangeLedger {
    var ticket: ExchangeTicket?
    var requestBytes: UInt64 = 0
    var responseBytes: UInt64 = 0
    private var status: UInt16 = 0
    private var received = NIODeadline.uptimeNanoseconds(0)
    private var decided: NIODeadline?
    private var answered: NIODeadline?

    mutating func begin(at now: NIODeadline) {
        self = Self()
        self.received = now
    }

    mutating func decided(at now: NIODeadline) {
        self.decided = now
    }

    mutating func answered(_ status: UInt16, at now: NIODeadline?) {
        self.status = status
        self.answered = now
    }

    func record(_ disposition: Disposition, at now: NIODeadline) -> ExchangeRecord {
        ExchangeRecord(
            disposition: disposition,
            status: self.status,
            received: self.received,
            decided: self.decided,
            answered: self.answered,
            ended: now,
            requestBytes: self.requestBytes,
            responseBytes: self.responseBytes
        )
    }
}
