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
        let value: Value
        let cost: Int
    }

    /// Where a key stands; its tag spares a look at nearly every other key of the same bucket.
    private struct Bucket {
        var position: Int32 = -1
        var tag: UInt32 = 0

        var isEmpty: Bool { self.position < 0 }
    }

    // The parts of an entry lie in arrays of their own, so that a look-up copies none of the others.
    private var digests: [UInt64]
    private var keys: [[UInt8]]
    private var values: [Value?]
    private var costs: [Int]
    private var isUsed: [Bool]
    // INVARIANT: `buckets` maps a digest to the position of its entry, by linear probing; its
    // length is a power of two at least twice the capacity.
    private var buckets: [Bucket]
    private var hand = 0
    // Positions that were given back; those from `untouched` on were never used.
    private var free: [Int32] = []
    private var untouched = 0
    private let maximumBytes: Int
    private(set) var bytes = 0
    private(set) var count = 0

    init(capacity: Int, maximumBytes: Int) {
        self.digests = Array(repeating: 0, count: capacity)
        self.keys = Array(repeating: [], count: capacity)
        self.values = Array(repeating: nil, count: capacity)
        self.costs = Array(repeating: 0, count: capacity)
        self.isUsed = Array(repeating: false, count: capacity)
        var size = 4
        while size < capacity * 2 { size *= 2 }
        self.buckets = Array(repeating: Bucket(), count: size)
        self.maximumBytes = maximumBytes
    }

    private var capacity: Int { self.values.count }

    mutating func value(for key: ArraySlice<UInt8>, digest: UInt64) -> Value? {
        guard let found = self.find(key, digest: digest) else { return nil }
        let position = Int(self.buckets[found].position)
        if !self.isUsed[position] { self.isUsed[position] = true }
        return self.values[position]
    }

    mutating func replace(_ entry: Entry) -> Bool {
        guard let found = self.find(entry.key[...], digest: entry.digest) else { return false }
        let position = Int(self.buckets[found].position)
        self.bytes += entry.cost - self.costs[position]
        self.place(entry, at: position)
        return true
    }

    mutating func insert(_ entry: Entry) {
        guard entry.cost <= self.maximumBytes, !self.replace(entry) else { return }
        while self.bytes + entry.cost > self.maximumBytes { self.evictOne() }
        while self.count == self.capacity { self.evictOne() }
        let position = self.takePosition()
        self.place(entry, at: position)
        self.bytes += entry.cost
        self.count += 1
        self.link(position, digest: entry.digest)
    }

    private mutating func place(_ entry: Entry, at position: Int) {
        self.digests[position] = entry.digest
        self.keys[position] = entry.key
        self.values[position] = entry.value
        self.costs[position] = entry.cost
        self.isUsed[position] = false
    }

    private mutating func takePosition() -> Int {
        if let position = self.free.popLast() { return Int(position) }
        defer { self.untouched += 1 }
        return self.untouched
    }

    mutating func remove(_ key: ArraySlice<UInt8>, digest: UInt64) -> Entry? {
        guard let found = self.find(key, digest: digest) else { return nil }
        let position = Int(self.buckets[found].position)
        guard let value = self.values[position] else { return nil }
        let entry = Entry(
            digest: digest,
            key: self.keys[position],
            value: value,
            cost: self.costs[position]
        )
        self.forget(position, bucket: found)
        return entry
    }

    mutating func removeAll() {
        self = ClockTable(capacity: self.capacity, maximumBytes: self.maximumBytes)
    }

    private mutating func evictOne() {
        defer { self.hand = self.hand + 1 == self.capacity ? 0 : self.hand + 1 }
        let position = self.hand
        guard case .some = self.values[position] else { return }
        if self.isUsed[position] {
            self.isUsed[position] = false
        } else {
            self.forget(position, bucket: self.bucket(of: position))
        }
    }

    private var mask: Int { self.buckets.count - 1 }

    private func home(of digest: UInt64) -> Int { Int(truncatingIfNeeded: digest) & self.mask }

    private static func tag(of digest: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: digest >> 32)
    }

    private func find(_ key: ArraySlice<UInt8>, digest: UInt64) -> Int? {
        let tag = Self.tag(of: digest)
        var bucket = self.home(of: digest)
        while !self.buckets[bucket].isEmpty {
            if self.buckets[bucket].tag == tag,
                KeyedDigest.areEqual(key, self.keys[Int(self.buckets[bucket].position)])
            {
                return bucket
            }
            bucket = (bucket + 1) & self.mask
        }
        return nil
    }

    // Every entry has a bucket, so the walk ends at the latest where it began.
    private func bucket(of position: Int) -> Int {
        var bucket = self.home(of: self.digests[position])
        while Int(self.buckets[bucket].position) != position { bucket = (bucket + 1) & self.mask }
        return bucket
    }

    private mutating func link(_ position: Int, digest: UInt64) {
        var bucket = self.home(of: digest)
        while !self.buckets[bucket].isEmpty { bucket = (bucket + 1) & self.mask }
        self.buckets[bucket] = Bucket(
            position: Int32(truncatingIfNeeded: position),
            tag: Self.tag(of: digest)
        )
    }

    // Knuth, "The Art of Computer Programming", volume 3, algorithm 6.4 R: closes the gap so that
    // probing never meets an empty bucket too early.
    private mutating func forget(_ position: Int, bucket: Int) {
        self.bytes -= self.costs[position]
        self.keys[position] = []
        self.values[position] = nil
        self.free.append(Int32(truncatingIfNeeded: position))
        self.count -= 1
        var gap = bucket
        var next = (bucket + 1) & self.mask
        while !self.buckets[next].isEmpty {
            let home = self.home(of: self.digests[Int(self.buckets[next].position)])
            if (next - home) & self.mask >= (next - gap) & self.mask {
                self.buckets[gap] = self.buckets[next]
                gap = next
            }
            next = (next + 1) & self.mask
        }
        self.buckets[gap] = Bucket()
    }
}
