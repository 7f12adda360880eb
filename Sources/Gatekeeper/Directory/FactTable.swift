/// The answers of one shard: open addressing by user, forgetting by a clock hand.
///
/// An answer that was asked for since the hand last passed stays.
struct FactTable: Sendable {
    /// How many sessions of one user are remembered; who has more is asked about more often.
    static let sessionsPerUser = 16

    struct Record {
        let key: FactKey
        var entry: FactCache.Entry
        var isUsed = false
    }

    private let capacity: Int
    // Positions of removed records are nil, and free.
    private var records: ContiguousArray<Record?> = []
    private var free: [UInt32] = []
    // INVARIANT: maps a user to the positions of their records, by linear probing from the user's
    // digest; its length is a power of two, at least twice `count`.
    private var buckets: [UInt32] = Array(repeating: .max, count: 16)
    private var hand = 0
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The answer for `key`; counts as a use.
    mutating func find(_ key: FactKey) -> FactCache.Entry? {
        guard let bucket = self.bucket(of: key) else { return nil }
        let position = Int(self.buckets[bucket])
        if self.records[position]?.isUsed == false { self.records[position]?.isUsed = true }
        return self.records[position]?.entry
    }

    mutating func store(_ entry: FactCache.Entry, for key: FactKey) {
        if let bucket = self.bucket(of: key) {
            self.records[Int(self.buckets[bucket])]?.entry = entry
            return
        }
        self.makeRoom(for: key.user)
        self.growBuckets()
        let record = Record(key: key, entry: entry)
        let position: UInt32
        if let vacant = self.free.popLast() {
            position = vacant
            self.records[Int(vacant)] = record
        } else {
            position = UInt32(self.records.count)
            self.records.append(record)
        }
        self.count += 1
        self.link(position, user: key.user)
    }

    mutating func remove(_ key: FactKey) {
        if let bucket = self.bucket(of: key) { self.vacate(bucket) }
    }

    mutating func removeAll(of user: UserDigest) {
        while let bucket = self.buckets(of: user).first { self.vacate(bucket) }
    }

    mutating func removeAll() {
        self = FactTable(capacity: self.capacity)
    }
}

extension FactTable {
    private var mask: Int { self.buckets.count - 1 }

    private func home(of user: UserDigest) -> Int {
        Int(truncatingIfNeeded: user.high) & self.mask
    }

    private func bucket(of key: FactKey) -> Int? {
        var bucket = self.home(of: key.user)
        while self.buckets[bucket] != .max {
            if self.records[Int(self.buckets[bucket])]?.key == key { return bucket }
            bucket = (bucket + 1) & self.mask
        }
        return nil
    }

    private func buckets(of user: UserDigest) -> [Int] {
        var found: [Int] = []
        var bucket = self.home(of: user)
        while self.buckets[bucket] != .max {
            if self.records[Int(self.buckets[bucket])]?.key.user == user { found.append(bucket) }
            bucket = (bucket + 1) & self.mask
        }
        return found
    }

    private mutating func link(_ position: UInt32, user: UserDigest) {
        var bucket = self.home(of: user)
        while self.buckets[bucket] != .max { bucket = (bucket + 1) & self.mask }
        self.buckets[bucket] = position
    }

    private mutating func growBuckets() {
        guard self.count * 2 >= self.buckets.count else { return }
        self.buckets = Array(repeating: .max, count: self.buckets.count * 2)
        for (position, record) in self.records.enumerated() {
            if let record { self.link(UInt32(position), user: record.key.user) }
        }
    }

    private mutating func makeRoom(for user: UserDigest) {
        let own = self.buckets(of: user)
        if own.count >= Self.sessionsPerUser, let oldest = self.oldest(among: own) {
            self.vacate(oldest)
        }
        while self.count >= self.capacity { self.evictOne() }
    }

    private func oldest(among buckets: [Int]) -> Int? {
        buckets.compactMap { bucket in
            self.records[Int(self.buckets[bucket])].map { (bucket, $0.entry.fetchedAt) }
        }
        .min { $0.1 < $1.1 }?.0
    }

    private mutating func evictOne() {
        defer { self.hand = self.hand + 1 < self.records.count ? self.hand + 1 : 0 }
        guard let record = self.records[self.hand] else { return }
        if record.isUsed {
            self.records[self.hand]?.isUsed = false
        } else {
            self.remove(record.key)
        }
    }

    // Knuth, "The Art of Computer Programming", volume 3, algorithm 6.4 R: closes the gap so that
    // probing never meets an empty bucket too early.
    private mutating func vacate(_ bucket: Int) {
        let position = self.buckets[bucket]
        self.records[Int(position)] = nil
        self.free.append(position)
        self.count -= 1
        var gap = bucket
        var next = (bucket + 1) & self.mask
        while self.buckets[next] != .max {
            let user = self.records[Int(self.buckets[next])]?.key.user
            let home = user.map { self.home(of: $0) } ?? next
            if (next - home) & self.mask >= (next - gap) & self.mask {
                self.buckets[gap] = self.buckets[next]
                gap = next
            }
            next = (next + 1) & self.mask
        }
        self.buckets[gap] = .max
    }
}
