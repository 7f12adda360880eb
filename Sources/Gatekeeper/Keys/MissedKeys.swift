internal import TokenVerify

/// A key that a token names and its issuer's set did not hold.
struct MissedKey: Equatable, Sendable {
    /// The issuer's position in the configuration.
    let issuer: Int
    let name: MissedKeys.Name
}

/// The key IDs that tokens named and the key set did not hold, and what is known of each.
///
/// A key ID is refused only once a fetch that began after it was first named did not bring it.
/// Whoever invents key IDs can therefore neither cause more fetches than the cool-down allows nor
/// have a new key refused that the source already publishes.
struct MissedKeys: Sendable {
    /// A key ID, or the lack of one, as far as telling them apart goes.
    struct Name: Hashable, Sendable {
        private let digest: UInt64

        init(_ keyID: String?) {
            self.digest = keyID.map { KeyedDigest.of(Array($0.utf8)[...]) } ?? 0
        }
    }

    /// How many are kept apart; what comes on top is not remembered.
    private static let capacity = 10_000

    /// Named since the last fetch began: the next one is for them.
    private var waiting: Set<Name> = []
    /// What the fetch that runs is for.
    private var asked: Set<Name> = []
    /// What the last fetch did not bring.
    private var absent: Set<Name> = []
    /// What it did bring.
    private var present: Set<Name> = []

    var isWaiting: Bool { !self.waiting.isEmpty }

    /// Whether the fetch that runs, or the next one, is for `name`.
    func isAwaited(_ name: Name) -> Bool {
        self.asked.contains(name) || self.waiting.contains(name)
    }

    /// Whether the last fetch brought `name`.
    func isPresent(_ name: Name) -> Bool { self.present.contains(name) }

    /// Whether the last fetch was for `name` and did not bring it.
    func isAbsent(_ name: Name) -> Bool { self.absent.contains(name) }

    /// Notes that the next fetch is for `name` too; false where there is no room.
    mutating func await(_ name: Name) -> Bool {
        guard self.waiting.count < Self.capacity else { return false }
        self.waiting.insert(name)
        return true
    }

    /// A fetch begins: it is for all that were named so far.
    mutating func beginFetch() {
        self.asked = self.waiting
        self.waiting = []
        self.absent = []
    }

    /// The fetch brought `keys`.
    mutating func endFetch(_ keys: JSONWebKeySet) {
        self.present = Set(keys.entries.map { Name($0.keyID) })
        self.absent = self.asked.subtracting(self.present)
        self.waiting.subtract(self.present)
        self.asked = []
    }

    /// The fetch brought nothing: nobody waits for the next, which is not due soon.
    mutating func failFetch() {
        self.absent = self.asked.union(self.waiting)
        self.asked = []
        self.waiting = []
    }
}
