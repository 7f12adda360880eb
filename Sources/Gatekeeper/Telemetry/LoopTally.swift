internal import NIOCore
internal import PolicyDSL

/// What one event loop counted; added up with the other loops' when somebody asks.
struct LoopTally: Sendable {
    /// What a refusal is counted under.
    struct Refusal: Hashable, Sendable {
        let outcome: Outcome
        /// The stable word of the reason, or the refused token's code.
        let reason: String
        /// Empty where no policy decided.
        let policy: String
    }

    private(set) var allowed: UInt64 = 0
    private(set) var refusals: [Refusal: UInt64] = [:]
    private(set) var projected: [Refusal: UInt64] = [:]
    private(set) var answers = StatusClasses()
    private(set) var upstream = StatusClasses()
    /// By the disposition's raw value.
    private(set) var dispositions = Disposition.allCases.map { _ in UInt64(0) }
    private(set) var decisionTimes = Histogram(bounds: Self.decisionBounds)
    private(set) var upstreamTimes = Histogram(bounds: Self.exchangeBounds)
    private(set) var exchangeTimes = Histogram(bounds: Self.exchangeBounds)
    private(set) var requestBytes: UInt64 = 0
    private(set) var responseBytes: UInt64 = 0
    var tokensRemembered: UInt64 = 0
    var tokensVerified: UInt64 = 0
    var directoryCached: UInt64 = 0
    var directoryAsked: UInt64 = 0

    /// More labels than this would be somebody's attempt to fill memory.
    private static let mostRefusals = 10_000

    private static let decisionBounds: [Duration] = [
        .microseconds(10), .microseconds(25), .microseconds(50), .microseconds(100),
        .microseconds(250), .microseconds(500), .milliseconds(1), .milliseconds(5),
        .milliseconds(25), .milliseconds(100), .milliseconds(500), .milliseconds(2_500),
    ]

    private static let exchangeBounds: [Duration] = [
        .microseconds(500), .milliseconds(1), .microseconds(2_500), .milliseconds(5),
        .milliseconds(10), .milliseconds(25), .milliseconds(50), .milliseconds(100),
        .milliseconds(250), .milliseconds(500), .seconds(1), .milliseconds(2_500), .seconds(5),
        .seconds(10),
    ]
}

extension LoopTally {
    mutating func countAllowed() {
        self.allowed += 1
    }

    mutating func countRefusal(_ outcome: Outcome, reason: String, policy: String?) {
        let label = Refusal(outcome: outcome, reason: reason, policy: policy ?? "")
        Self.count(label, in: &self.refusals)
    }

    /// Counts what would have happened where a monitor disagrees with what did.
    mutating func countProjected(_ outcome: Outcome, reason: String, policy: String?) {
        let label = Refusal(outcome: outcome, reason: reason, policy: policy ?? "")
        Self.count(label, in: &self.projected)
    }

    private static func count(_ label: Refusal, in counts: inout [Refusal: UInt64]) {
        guard counts[label] != nil || counts.count < Self.mostRefusals else {
            counts[Refusal(outcome: label.outcome, reason: "other", policy: ""), default: 0] += 1
            return
        }
        counts[label, default: 0] += 1
    }

    /// Counts an exchange that is over.
    mutating func count(_ record: ExchangeRecord) {
        self.answers.count(record.status)
        if record.answered != nil { self.upstream.count(record.status) }
        self.dispositions[record.disposition.rawValue] += 1
        self.exchangeTimes.record(record.ended - record.received)
        if let decided = record.decided {
            self.decisionTimes.record(decided - record.received)
            if let answered = record.answered { self.upstreamTimes.record(answered - decided) }
        }
        self.requestBytes += record.requestBytes
        self.responseBytes += record.responseBytes
    }

    mutating func add(_ other: LoopTally) {
        self.allowed += other.allowed
        self.refusals.merge(other.refusals) { $0 + $1 }
        self.projected.merge(other.projected) { $0 + $1 }
        self.answers.add(other.answers)
        self.upstream.add(other.upstream)
        for index in self.dispositions.indices {
            self.dispositions[index] += other.dispositions[index]
        }
        self.decisionTimes.add(other.decisionTimes)
        self.upstreamTimes.add(other.upstreamTimes)
        self.exchangeTimes.add(other.exchangeTimes)
        self.requestBytes += other.requestBytes
        self.responseBytes += other.responseBytes
        self.tokensRemembered += other.tokensRemembered
        self.tokensVerified += other.tokensVerified
        self.directoryCached += other.directoryCached
        self.directoryAsked += other.directoryAsked
    }
}

/// Answers by the first digit of their status.
struct StatusClasses: Equatable, Sendable {
    /// From `1xx` on; what has no such class is not counted.
    private(set) var counts: [UInt64] = [0, 0, 0, 0, 0]

    mutating func count(_ status: UInt16) {
        let index = Int(status / 100) - 1
        guard self.counts.indices.contains(index) else { return }
        self.counts[index] += 1
    }

    mutating func add(_ other: StatusClasses) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
    }
}

extension Disposition {
    var word: String {
        switch self {
        case .relayed: "relayed"
        case .tunnelled: "tunnelled"
        case .refused: "refused"
        case .upstreamFailed: "upstream-failed"
        case .cut: "cut"
        case .expired: "expired"
        case .clientLeft: "client-left"
        }
    }
}
