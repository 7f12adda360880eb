internal import NIOCore

/// The application's servers, as one event loop sees them: which one gets the next request.
final class UpstreamSet {
    private let pools: [UpstreamPool]
    private let balance: UpstreamBalance
    private var next = 0

    init(_ pools: [UpstreamPool], balance: UpstreamBalance) {
        self.pools = pools
        self.balance = balance
    }

    var count: Int { self.pools.count }

    /// The server for a request, or nil when health checks leave none.
    ///
    /// - `avoiding`: servers that this request has tried.
    func choose(at now: NIODeadline, avoiding tried: [UpstreamPool] = []) -> UpstreamPool? {
        guard self.pools.count > 1 else {
            return self.pools.first { tried.isEmpty && $0.health.isUp }
        }
        let start = self.next
        self.next = (self.next + 1) % self.pools.count
        var best: UpstreamPool?
        for offset in self.pools.indices {
            let pool = self.pools[(start + offset) % self.pools.count]
            guard pool.health.isUp, !tried.contains(where: { $0 === pool }) else { continue }
            if let chosen = best, !self.prefers(pool, to: chosen, at: now) { continue }
            best = pool
        }
        return best
    }

    // Ejection is a preference: where all are ejected, the one that comes back first is tried.
    private func prefers(_ pool: UpstreamPool, to other: UpstreamPool, at now: NIODeadline) -> Bool
    {
        let (mine, others) = (pool.health.readmission, other.health.readmission)
        guard mine <= now || others <= now else { return mine < others }
        guard mine <= now, others <= now else { return mine <= now }
        switch self.balance {
        case .roundRobin: return false
        case .leastLoaded: return pool.load < other.load
        }
    }

    func closeIdle(at now: NIODeadline) {
        for pool in self.pools { pool.closeIdle(at: now) }
    }

    func closeAll() {
        for pool in self.pools { pool.closeAll() }
    }
}

@available(*, unavailable)
extension UpstreamSet: Sendable {}

/// How the next server is found.
enum UpstreamBalance: Sendable {
    /// The one with the fewest running requests of this event loop.
    case leastLoaded
    case roundRobin
}

/// One server of the application.
struct UpstreamTarget: Sendable {
    let address: UpstreamAddress
    let health: UpstreamHealth
    let speaksHTTP2: Bool
}

extension ProxySettings {
    /// The servers, about each of which nothing is known yet.
    func targets() -> [UpstreamTarget] {
        self.upstreams.map { address in
            UpstreamTarget(
                address: address,
                health: UpstreamHealth(
                    failuresBeforeEjection: self.ejection.failures,
                    ejection: self.ejection.duration
                ),
                speaksHTTP2: self.upstreamSpeaksHTTP2
            )
        }
    }
}
