internal import NIOCore

/// How many times were at most as long as each of a few bounds.
struct Histogram: Equatable, Sendable {
    /// In nanoseconds, ascending.
    private let bounds: [Int64]
    /// One for each bound and one for what is longer; not cumulative.
    private var counts: [UInt64]
    private var nanoseconds: Int64 = 0

    init(bounds: [Duration]) {
        self.bounds = bounds.map { TimeAmount($0).nanoseconds }
        self.counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func record(_ time: TimeAmount) {
        let index = self.bounds.firstIndex { time.nanoseconds <= $0 } ?? self.bounds.count
        self.counts[index] += 1
        self.nanoseconds &+= time.nanoseconds
    }

    mutating func add(_ other: Histogram) {
        for index in self.counts.indices { self.counts[index] += other.counts[index] }
        self.nanoseconds &+= other.nanoseconds
    }
}

extension Histogram {
    /// How many were at most as long as each bound, in seconds; the last bound is infinite.
    var cumulative: [(bound: Double, count: UInt64)] {
        var total: UInt64 = 0
        return zip(self.bounds.map(Self.seconds) + [.infinity], self.counts).map { bound, count in
            total += count
            return (bound, total)
        }
    }

    /// All times together, in seconds.
    var sum: Double { Self.seconds(self.nanoseconds) }

    private static func seconds(_ nanoseconds: Int64) -> Double {
        Double(nanoseconds) / 1_000_000_000
    }
}
