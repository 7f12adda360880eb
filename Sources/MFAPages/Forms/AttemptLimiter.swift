/// How often something was tried by whom, and how long the next try has to wait.
///
/// The first few tries are free; each one after them doubles the wait. Counts are forgotten after
/// a quiet while. A value without a clock: the caller says what time it is.
package struct AttemptLimiter<Key: Hashable & Sendable>: Sendable {
    /// How much one key may try.
    package struct Allowance: Sendable {
        package let free: Int
        /// The first wait in seconds, and the longest one.
        package let firstWait: Int64
        package let longestWait: Int64
        /// After this many quiet seconds nothing is held against a key.
        package let memory: Int64

        package init(free: Int, firstWait: Int64, longestWait: Int64, memory: Int64) {
            self.free = free
            self.firstWait = firstWait
            self.longestWait = longestWait
            self.memory = memory
        }
    }

    private struct Record {
        var tries: Int
        var latest: Int64
    }

    private let capacity: Int
    private var records: [Key: Record] = [:]

    package init(capacity: Int = 100_000) {
        self.capacity = capacity
    }

    /// How many seconds `key` has to wait at `now`; zero when it need not.
    package func wait(for key: Key, _ allowance: Allowance, at now: Int64) -> Int64 {
        guard let record = self.records[key], now - record.latest < allowance.memory else {
            return 0
        }
        let beyond = record.tries - allowance.free
        guard beyond >= 0 else { return 0 }
        let doubled = allowance.firstWait << Int64(min(beyond, 20))
        let wait = min(doubled, allowance.longestWait)
        return max(0, record.latest + wait - now)
    }

    /// Counts one try.
    package mutating func count(_ key: Key, _ allowance: Allowance, at now: Int64) {
        if self.records.count >= self.capacity, self.records[key] == nil {
            self.forget(allowance, at: now)
        }
        var record = self.records[key] ?? Record(tries: 0, latest: now)
        if now - record.latest >= allowance.memory { record.tries = 0 }
        record.tries += 1
        record.latest = now
        self.records[key] = record
    }

    /// The owner proved to be the owner.
    package mutating func clear(_ key: Key) {
        self.records[key] = nil
    }

    /// One try was no failure.
    package mutating func forgive(_ key: Key) {
        guard let record = self.records[key] else { return }
        self.records[key] =
            record.tries > 1 ? Record(tries: record.tries - 1, latest: record.latest) : nil
    }

    // What is quiet goes first; if that is not enough, the half that was quiet longest.
    private mutating func forget(_ allowance: Allowance, at now: Int64) {
        self.records = self.records.filter { now - $0.value.latest < allowance.memory }
        guard self.records.count >= self.capacity else { return }
        let times = self.records.values.map(\.latest).sorted()
        let middle = times[times.count / 2]
        self.records = self.records.filter { $0.value.latest > middle }
    }
}
