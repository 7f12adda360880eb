internal import NIOCore
internal import Synchronization
internal import TokenVerify

/// The keys of one issuer, kept current from its sources and readable from every event loop.
///
/// Readers keep a `KeySnapshot` and compare `generation`, one atomic load; only a change makes
/// them take the lock.
final class IssuerKeys: Sendable {
    private struct State {
        var snapshot: KeySnapshot
        /// What the source's keys in the snapshot were read from.
        var text: [UInt8]?
        var status: KeySetStatus
    }

    let issuer: String
    private let secretKeys: JSONWebKeySet?
    private let currentGeneration: Atomic<UInt64>
    private let state: Mutex<State>

    /// Keys that begin with the shared secret alone; `isComplete` where no other source follows.
    init(issuer: String, source: String, secretKeys: JSONWebKeySet?, isComplete: Bool) {
        self.issuer = issuer
        self.secretKeys = secretKeys
        let snapshot = KeySnapshot(
            generation: KeySnapshot.nextGeneration(),
            keys: secretKeys ?? .empty,
            isComplete: isComplete
        )
        self.currentGeneration = Atomic(snapshot.generation)
        let status = KeySetStatus(
            issuer: issuer,
            source: source,
            keys: snapshot.keys.entries,
            skipped: [],
            fetchedAt: nil,
            nextFetch: nil,
            lastFailure: nil
        )
        self.state = Mutex(State(snapshot: snapshot, status: status))
    }

    /// Changes whenever the keys do.
    var generation: UInt64 { self.currentGeneration.load(ordering: .acquiring) }

    var snapshot: KeySnapshot { self.state.withLock { $0.snapshot } }

    var status: KeySetStatus { self.state.withLock { $0.status } }

    /// Publishes what the source holds now; nil takes its keys out of use.
    func publish(
        _ document: KeyDocument?,
        fetchedAt: NIODeadline?,
        nextFetch: NIODeadline?,
        lastFailure: KeySetFailure?
    ) {
        let generation = self.state.withLock { state in
            if state.text != document?.text {
                state.text = document?.text
                state.snapshot = KeySnapshot(
                    generation: KeySnapshot.nextGeneration(),
                    keys: self.joined(document?.keys),
                    isComplete: document != nil
                )
            }
            let keys = state.snapshot.keys
            state.status = KeySetStatus(
                issuer: state.status.issuer,
                source: state.status.source,
                keys: keys.entries,
                skipped: keys.skipped,
                fetchedAt: fetchedAt,
                nextFetch: nextFetch,
                lastFailure: lastFailure
            )
            return state.snapshot.generation
        }
        self.currentGeneration.store(generation, ordering: .releasing)
    }

    /// Shows a failure and changes nothing else.
    func noteFailure(_ failure: KeySetFailure) {
        self.state.withLock { $0.status.lastFailure = failure }
    }

    private func joined(_ keys: JSONWebKeySet?) -> JSONWebKeySet {
        guard let secretKeys = self.secretKeys else { return keys ?? .empty }
        return keys.map { secretKeys.merging($0) } ?? secretKeys
    }
}
