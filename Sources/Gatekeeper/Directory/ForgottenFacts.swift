internal import Synchronization

/// Users whose facts were just changed through a page of ours, so that nobody goes by what was
/// heard before.
///
/// Event loops compare `generation`, one atomic load; only a change makes them take the lock.
final class ForgottenFacts: Sendable {
    /// Changes that are remembered for loops that have not looked yet.
    private static let capacity = 256

    private let currentGeneration = Atomic<UInt64>(0)
    private let latest = Mutex<[FactKey]>([])

    var generation: UInt64 { self.currentGeneration.load(ordering: .acquiring) }

    func add(_ keys: [FactKey]) {
        self.latest.withLock { latest in
            latest = (latest + keys).suffix(Self.capacity)
            self.currentGeneration.add(UInt64(keys.count), ordering: .releasing)
        }
    }

    /// What was added after `generation`; nil where that is too much to remember.
    func added(after generation: UInt64) -> (keys: [FactKey], generation: UInt64)? {
        self.latest.withLock { latest in
            let now = self.currentGeneration.load(ordering: .relaxed)
            guard now - generation <= UInt64(latest.count) else { return nil }
            return (Array(latest.suffix(Int(now - generation))), now)
        }
    }
}

extension UserDirectory {
    /// Forgets what was heard about a user, whose factors have changed.
    func forget(issuer: Int, subject: String, session: String?) {
        guard case .remote(let remotes) = self.source, let remote = remotes[issuer] else { return }
        // Whether answers are kept by session depends on the source.
        let keys = [session, nil].map { FactKey(issuer: issuer, subject: subject, session: $0) }
        remote.forget(keys)
        self.forgotten.add(keys)
    }
}
