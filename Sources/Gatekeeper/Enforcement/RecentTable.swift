/// A bounded memory of values by byte strings: what one event loop remembers between requests.
///
/// New keys enter a small probation; the second look-up promotes them. A flood of keys that are
/// seen once therefore pushes out only other keys that were seen once, and never the clients that
/// keep coming back. Each of the two parts forgets in the order of a clock hand: a key that was
/// used since the hand last passed stays.
struct RecentTable<Value> {
    private var probation: ClockTable<Value>
    private var established: ClockTable<Value>

    /// - Parameters:
    ///   - capacity: how many keys are held at the most; a quarter of them on probation.
    ///   - maximumBytes: how much all entries together may cost.
    init(capacity: Int, maximumBytes: Int) {
        let quarter = max(1, capacity / 4)
        self.probation = ClockTable(capacity: quarter, maximumBytes: maximumBytes / 4)
        self.established = ClockTable(
            capacity: max(1, capacity - quarter),
            maximumBytes: maximumBytes - maximumBytes / 4
        )
    }

    var count: Int { self.probation.count + self.established.count }

    /// The value remembered for `key`; counts as a use.
    mutating func value(for key: ArraySlice<UInt8>) -> Value? {
        let digest = KeyedDigest.of(key)
        if let value = self.established.value(for: key, digest: digest) { return value }
        guard let entry = self.probation.remove(key, digest: digest) else { return nil }
        let value = entry.value
        self.established.insert(entry)
        return value
    }

    /// What all entries together cost.
    var bytes: Int { self.probation.bytes + self.established.bytes }

    /// Remembers `value`; a key that is known already is replaced where it stands.
    ///
    /// - Parameters:
    ///   - value: what is remembered.
    ///   - key: what it is found by.
    ///   - bytes: what the value costs; the key is added.
    mutating func insert(_ value: Value, for key: ArraySlice<UInt8>, costing bytes: Int = 0) {
        let entry = ClockTable.Entry(
            digest: KeyedDigest.of(key),
            key: Array(key),
            value: value,
            cost: key.count + bytes
        )
        if self.established.replace(entry) { return }
        self.probation.insert(entry)
    }

    mutating func remove(_ key: ArraySlice<UInt8>) {
        let digest = KeyedDigest.of(key)
        _ = self.probation.remove(key, digest: digest)
        _ = self.established.remove(key, digest: digest)
    }

    mutating func removeAll() {
        self.probation.removeAll()
        self.established.removeAll()
    }
}

/// One part of a `RecentTable`: open addressing over digests, forgetting by a clock hand.
private struct ClockTable<Value> {
    struct Entry {
        let digest: UInt64
        let key: [UInt8]
        var value: Value
        let cost: Int
        var isUsed = false
    }

    private var entries: [Entry?]
    // INVARIANT: `buckets` maps a digest to the position of its entry, by linear probing; its
    // length is a power of two at least twice `entries`.
    private var buckets: [Int32]
    private var hand = 0
    // Positions of `entries` that were given back; those from `untouched` on were never used.
    private var free: [Int32] = []
    private var untouched = 0
    private let maximumBytes: Int
    private(set) var bytes = 0
    private(set) var count = 0

    init(capacity: Int, maximumBytes: Int) {
        self.entries = Array(repeating: nil, count: capacity)
        var size = 4
        while size < capacity * 2 { size *= 2 }
        self.buckets = Array(repeating: -1, count: size)
        self.maximumBytes = maximumBytes
    }

    mutating func value(for key: ArraySlice<UInt8>, digest: UInt64) -> Value? {
        guard let found = self.find(key, digest: digest) else { return nil }
        let position = Int(self.buckets[found])
        if self.entries[position]?.isUsed == false { self.entries[position]?.isUsed = true }
        return self.entries[position]?.value
    }

    mutating func replace(_ entry: Entry) -> Bool {
        guard let found = self.find(entry.key[...], digest: entry.digest) else { return false }
        let position = Int(self.buckets[found])
        self.bytes += entry.cost - (self.entries[position]?.cost ?? 0)
        self.entries[position] = entry
        return true
    }

    mutating func insert(_ entry: Entry) {
        guard entry.cost <= self.maximumBytes, !self.replace(entry) else { return }
        while self.bytes + entry.cost > self.maximumBytes { self.evictOne() }
        while self.count == self.entries.count { self.evictOne() }
        let position = self.takePosition()
        self.entries[position] = entry
        self.bytes += entry.cost
        self.count += 1
        self.link(position, digest: entry.digest)
    }

    private mutating func takePosition() -> Int {
        if let position = self.free.popLast() { return Int(position) }
        defer { self.untouched += 1 }
        return self.untouched
    }

    mutating func remove(_ key: ArraySlice<UInt8>, digest: UInt64) -> Entry? {
        guard let found = self.find(key, digest: digest) else { return nil }
        let position = Int(self.buckets[found])
        let entry = self.entries[position]
        self.forget(position, bucket: found)
        return entry
    }

    mutating func removeAll() {
        self = ClockTable(capacity: self.entries.count, maximumBytes: self.maximumBytes)
    }

    private mutating func evictOne() {
        defer { self.advance() }
        guard let entry = self.entries[self.hand] else { return }
        if entry.isUsed {
            self.entries[self.hand]?.isUsed = false
        } else if let found = self.find(entry.key[...], digest: entry.digest) {
            self.forget(self.hand, bucket: found)
        }
    }

    private mutating func advance() {
        self.hand = self.hand + 1 == self.entries.count ? 0 : self.hand + 1
    }

    private func find(_ key: ArraySlice<UInt8>, digest: UInt64) -> Int? {
        let mask = self.buckets.count - 1
        var bucket = Int(truncatingIfNeeded: digest) & mask
        while self.buckets[bucket] >= 0 {
            if let entry = self.entries[Int(self.buckets[bucket])], entry.digest == digest,
                KeyedDigest.areEqual(key, entry.key)
            {
                return bucket
            }
            bucket = (bucket + 1) & mask
        }
        return nil
    }

    private mutating func link(_ position: Int, digest: UInt64) {
        let mask = self.buckets.count - 1
        var bucket = Int(truncatingIfNeeded: digest) & mask
        while self.buckets[bucket] >= 0 { bucket = (bucket + 1) & mask }
        self.buckets[bucket] = Int32(truncatingIfNeeded: position)
    }

    // Knuth, "The Art of Computer Programming", volume 3, algorithm 6.4 R: closes the gap so that
    // probing never meets an empty bucket too early.
    private mutating func forget(_ position: Int, bucket: Int) {
        self.bytes -= self.entries[position]?.cost ?? 0
        self.entries[position] = nil
        self.free.append(Int32(truncatingIfNeeded: position))
        self.count -= 1
        let mask = self.buckets.count - 1
        var gap = bucket
        var next = (bucket + 1) & mask
        while self.buckets[next] >= 0 {
            let digest = self.entries[Int(self.buckets[next])]?.digest ?? 0
            let home = Int(truncatingIfNeeded: digest) & mask
            let distance = (next - home) & mask
            if distance >= (next - gap) & mask {
                self.buckets[gap] = self.buckets[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        self.buckets[gap] = -1
    }
}
