internal import PolicyDSL

/// A bounded memory of values by byte strings: what one event loop remembers between requests.
///
/// A key that comes for the first time leaves a mark at the door and nothing else; whoever asks
/// there lets it in the second time. A flood of keys that are seen once therefore pushes out nobody
/// and takes no memory. Those inside are forgotten in the order of a clock hand: a key that was used
/// since the hand last passed stays.
struct RecentTable<Value> {
    private var door: Door
    private var entries: ClockTable<Value>

    /// - Parameters:
    ///   - capacity: how many keys are held at the most.
    ///   - maximumBytes: how much all entries together may cost.
    init(capacity: Int, maximumBytes: Int) {
        self.door = Door(capacity: capacity)
        self.entries = ClockTable(capacity: max(1, capacity), maximumBytes: maximumBytes)
    }

    var count: Int { self.entries.count }

    /// What all entries together cost.
    var bytes: Int { self.entries.bytes }

    /// The value remembered for `key`; counts as a use.
    mutating func value(for key: RecentKey) -> Value? {
        self.entries.value(for: key)
    }

    /// When `key` came for the first time, and was marked; nil if that is now.
    mutating func knock(_ key: RecentKey, at now: Instant) -> Instant? {
        self.door.firstSeen(key, at: now)
    }

    /// Remembers `value` for a key that came before, in place of another.
    ///
    /// - Parameters:
    ///   - value: what is remembered.
    ///   - key: what it is found by.
    ///   - bytes: what the value costs; the key is added.
    mutating func insert(_ value: Value, for key: RecentKey, costing bytes: Int = 0) {
        self.entries.insert(value, for: key, costing: key.bytes.count + bytes)
    }

    /// Forgets the value.
    mutating func remove(_ key: RecentKey) {
        self.entries.remove(key)
    }

    mutating func removeAll() {
        self.door.removeAll()
        self.entries.removeAll()
    }
}

/// A byte string to look for, with the digest that every look needs.
struct RecentKey {
    let bytes: ArraySlice<UInt8>
    let digest: UInt64

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.digest = KeyedDigest.of(bytes)
    }
}

/// Who came lately for the first time, and when: a mark for each, as long as no four others fall
/// on its place after it.
private struct Door {
    private static let marksOfPlace = 4

    /// A digest that came, and when it did; nobody can choose what digests fall together.
    private struct Mark {
        var digest: UInt64 = 0
        var time = Instant(microseconds: 0)
    }

    // At each place the last mark comes first.
    private var marks: [Mark]

    init(capacity: Int) {
        var size = Self.marksOfPlace
        while size < capacity { size *= 2 }
        self.marks = Array(repeating: Mark(), count: size)
    }

    private func place(of key: RecentKey) -> Range<Int> {
        let start = Int(truncatingIfNeeded: key.digest) & (self.marks.count - Self.marksOfPlace)
        return start..<start + Self.marksOfPlace
    }

    /// When the key was marked; nil if that is now.
    mutating func firstSeen(_ key: RecentKey, at now: Instant) -> Instant? {
        let place = self.place(of: key)
        // Zero is no mark.
        let digest = key.digest | 1
        for index in place where self.marks[index].digest == digest {
            return self.marks[index].time
        }
        var moved = Mark(digest: digest, time: now)
        for index in place {
            swap(&self.marks[index], &moved)
        }
        return nil
    }

    mutating func removeAll() {
        self = Door(capacity: self.marks.count)
    }
}

/// The entries of a `RecentTable`: open addressing over digests, forgetting by a clock hand.
private struct ClockTable<Value> {
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

    mutating func value(for key: RecentKey) -> Value? {
        guard let found = self.find(key) else { return nil }
        let position = Int(self.buckets[found].position)
        if !self.isUsed[position] { self.isUsed[position] = true }
        return self.values[position]
    }

    mutating func insert(_ value: Value, for key: RecentKey, costing cost: Int) {
        self.remove(key)
        guard cost <= self.maximumBytes else { return }
        while self.bytes + cost > self.maximumBytes { self.evictOne() }
        while self.count == self.capacity { self.evictOne() }
        let position = self.takePosition()
        self.digests[position] = key.digest
        self.keys[position] = Array(key.bytes)
        self.values[position] = value
        self.costs[position] = cost
        self.isUsed[position] = false
        self.bytes += cost
        self.count += 1
        self.link(position, digest: key.digest)
    }

    private mutating func takePosition() -> Int {
        if let position = self.free.popLast() { return Int(position) }
        defer { self.untouched += 1 }
        return self.untouched
    }

    mutating func remove(_ key: RecentKey) {
        guard let found = self.find(key) else { return }
        self.forget(Int(self.buckets[found].position), bucket: found)
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

    private func find(_ key: RecentKey) -> Int? {
        let tag = Self.tag(of: key.digest)
        var bucket = self.home(of: key.digest)
        while !self.buckets[bucket].isEmpty {
            if self.buckets[bucket].tag == tag,
                KeyedDigest.areEqual(key.bytes, self.keys[Int(self.buckets[bucket].position)])
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
