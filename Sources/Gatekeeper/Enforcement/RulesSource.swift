internal import Synchronization

/// Where every event loop gets the rules in force.
///
/// Readers keep what they have and compare `generation`, one atomic load; only a reload makes
/// them take the lock.
final class RulesSource: Sendable {
    /// The rules with the number that tells them from their predecessors.
    struct Current: Sendable {
        let rules: EnforcementRules
        let generation: UInt64
    }

    private let currentGeneration: Atomic<UInt64>
    private let state: Mutex<Current>

    init(_ rules: EnforcementRules) {
        self.currentGeneration = Atomic(1)
        self.state = Mutex(Current(rules: rules, generation: 1))
    }

    var generation: UInt64 { self.currentGeneration.load(ordering: .acquiring) }

    var current: Current { self.state.withLock { $0 } }

    /// Puts new rules in force; requests under way keep the ones they started with.
    func replace(with rules: EnforcementRules) {
        let generation = self.state.withLock { state in
            state = Current(rules: rules, generation: state.generation + 1)
            return state.generation
        }
        self.currentGeneration.store(generation, ordering: .releasing)
    }
}
