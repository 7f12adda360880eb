internal import NIOCore
internal import PolicyDSL
internal import Synchronization

/// How long answers may be believed.
struct FactLifetimes: Equatable, Sendable {
    let ttl: TimeAmount
    let negativeTTL: TimeAmount
    let maxStale: TimeAmount
}

/// Answers of a directory, shared by all event loops and bounded in number.
///
/// What one loop drops is gone for all of them. The answers lie in many shards, each behind a lock
/// that is held for one look-up, so that loops hardly ever meet.
final class FactCache: Sendable {
    /// An answer and when it was given, on both clocks.
    struct Entry: Equatable, Sendable {
        let answer: DirectoryAnswer
        let fetchedAt: NIODeadline
        let fetchedOn: Instant
    }

    enum Finding: Equatable {
        case fresh(Entry)
        /// Good enough only while the source is down.
        case stale(Entry)
        case missing
    }

    private final class Shard: Sendable {
        let table: Mutex<FactTable>

        init(capacity: Int) {
            self.table = Mutex(FactTable(capacity: capacity))
        }
    }

    static let usualCapacity = 1_000_000

    private let lifetimes: FactLifetimes
    private let shards: [Shard]

    init(lifetimes: FactLifetimes, capacity: Int = FactCache.usualCapacity) {
        self.lifetimes = lifetimes
        // Small caches are exact; of large ones no shard is much fuller than the others.
        let count = capacity < 10_000 ? 1 : 16
        let share = max(1, (capacity + capacity / 50 + count - 1) / count)
        let size = count == 1 ? max(1, capacity) : share
        self.shards = (0..<count).map { _ in Shard(capacity: size) }
    }

    var count: Int { self.shards.reduce(0) { $0 + $1.table.withLock { $0.count } } }

    /// The answer for `key` as of `now`; one from before `changedAt` is dropped.
    func find(_ key: FactKey, changedAt: Instant?, at now: NIODeadline) -> Finding {
        self.shard(of: key.user).table.withLock { table in
            guard let entry = table.find(key) else { return .missing }
            let age = now - entry.fetchedAt
            guard age < self.lifetimes.maxStale, !entry.isOutdated(by: changedAt) else {
                table.remove(key)
                return .missing
            }
            return age < self.lifetime(of: entry.answer) ? .fresh(entry) : .stale(entry)
        }
    }

    func store(_ entry: Entry, for key: FactKey) {
        self.shard(of: key.user).table.withLock { $0.store(entry, for: key) }
    }

    /// Forgets a user, all sessions of theirs included.
    func drop(_ user: UserDigest) {
        self.shard(of: user).table.withLock { $0.removeAll(of: user) }
    }

    func dropAll() {
        for shard in self.shards { shard.table.withLock { $0.removeAll() } }
    }

    private func shard(of user: UserDigest) -> Shard {
        self.shards[Int(user.low % UInt64(self.shards.count))]
    }

    private func lifetime(of answer: DirectoryAnswer) -> TimeAmount {
        switch answer {
        case .known: self.lifetimes.ttl
        case .refused: self.lifetimes.negativeTTL
        case .unknown: .zero
        }
    }
}

extension FactCache.Entry {
    /// Whether the source had said so before something that is known to have changed.
    func isOutdated(by changedAt: Instant?) -> Bool {
        changedAt.map { self.fetchedOn <= $0 } ?? false
    }
}
