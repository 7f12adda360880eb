internal import Synchronization

/// Whether a load balancer should send requests here.
///
/// Upstream and directory never enter it: a failing application would otherwise take every
/// sidecar out at once.
final class Readiness: Sendable {
    private let rules: RulesSource
    private let isStopping = Atomic(false)

    init(rules: RulesSource) {
        self.rules = rules
    }

    var state: AdminResponder.Readiness {
        if self.isStopping.load(ordering: .relaxed) { return .notReady("stopping") }
        return self.rules.current.rules.keys.isReady
            ? .ready : .notReady("no issuer has keys yet")
    }

    /// The end has begun.
    func stop() {
        self.isStopping.store(true, ordering: .relaxed)
    }
}
