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
    private(set) var durations = Histogram(bounds: Self.durationBounds)
    private(set) var requestBytes: UInt64 = 0
    private(set) var responseBytes: UInt64 = 0
    var tokensRemembered: UInt64 = 0
    var tokensVerified: UInt64 = 0
    var directoryCached: UInt64 = 0
    var directoryAsked: UInt64 = 0

    /// More labels than this would be somebody's attempt to fill memory.
    private static let mostRefusals = 10_000

    private static let durationBounds: [Double] = [
        0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
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
        let nanoseconds = (record.ended - record.received).nanoseconds
        self.durations.record(Double(nanoseconds) / 1_000_000_000)
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
        self.durations.add(other.durations)
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

/// How many values were at most as large as each of a few bounds.
struct Histogram: Equatable, Sendable {
    let bounds: [Double]
    /// One for each bound and one for what is larger; not cumulative.
    private(set) var counts: [UInt64]
    private(set) var sum: Double = 0

    init(bounds: [Double]) {
        self.bounds = bounds
        self.counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func record(_ value: Double) {
        let index = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.counts[index] += 1
        self.sum += value
    }

    mutating func add(_ other: Histogram) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
        self.sum += other.sum
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
