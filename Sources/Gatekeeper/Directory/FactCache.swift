internal import NIOCore
internal import PolicyDSL

/// Whose answer is cached: never shared between issuers, nor between sessions where the source
/// answers for a session.
struct FactKey: Hashable, Sendable {
    let issuer: Int
    let subject: String
    let session: String?
}

/// How long answers may be believed.
struct FactLifetimes: Equatable, Sendable {
    let ttl: TimeAmount
    let negativeTTL: TimeAmount
    let maxStale: TimeAmount
}

/// Answers of a directory, bounded in number, the least used half dropped at a time.
struct FactCache: Sendable {
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

    private let lifetimes: FactLifetimes
    private let generationSize: Int
    // INVARIANT: no key is in both.
    private var young: [FactKey: Entry] = [:]
    private var old: [FactKey: Entry] = [:]

    init(lifetimes: FactLifetimes, capacity: Int) {
        self.lifetimes = lifetimes
        self.generationSize = max(1, capacity / 2)
    }

    /// The same without any answer.
    var emptied: FactCache {
        FactCache(lifetimes: self.lifetimes, capacity: self.generationSize * 2)
    }

    var count: Int { self.young.count + self.old.count }

    /// The answer for `key` as of `now`; one from before `changedAt` is dropped.
    mutating func find(
        _ key: FactKey,
        changedAt: Instant?,
        at now: NIODeadline
    ) -> Finding {
        guard let entry = self.entry(for: key) else { return .missing }
        let age = now - entry.fetchedAt
        let isOutdated = changedAt.map { entry.fetchedOn <= $0 } ?? false
        guard age < self.lifetimes.maxStale, !isOutdated else {
            self.young[key] = nil
            return .missing
        }
        return age < self.lifetime(of: entry.answer) ? .fresh(entry) : .stale(entry)
    }

    mutating func store(_ entry: Entry, for key: FactKey) {
        self.old[key] = nil
        self.insert(entry, for: key)
    }

    mutating func remove(_ key: FactKey) {
        self.young[key] = nil
        self.old[key] = nil
    }

    private mutating func entry(for key: FactKey) -> Entry? {
        if let entry = self.young[key] { return entry }
        guard let entry = self.old.removeValue(forKey: key) else { return nil }
        self.insert(entry, for: key)
        return entry
    }

    private mutating func insert(_ entry: Entry, for key: FactKey) {
        if self.young.count >= self.generationSize, self.young[key] == nil {
            self.old = self.young
            self.young = [:]
            self.young.reserveCapacity(min(self.generationSize, 1_024))
        }
        self.young[key] = entry
    }

    private func lifetime(of answer: DirectoryAnswer) -> TimeAmount {
        switch answer {
        case .known: self.lifetimes.ttl
        case .refused: self.lifetimes.negativeTTL
        case .unknown: .zero
        }
    }
}
