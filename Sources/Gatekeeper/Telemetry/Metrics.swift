internal import NIOCore
internal import PolicyDSL
internal import Synchronization

/// What one event loop counts, without a lock.
final class LoopMetrics {
    var tally = LoopTally()
}

// Its tally is touched on one event loop only.
@available(*, unavailable)
extension LoopMetrics: Sendable {}

/// The numbers of the whole process, added up when somebody asks.
final class Metrics: Sendable {
    /// Families that somebody else keeps, such as key sets; called at each scrape.
    typealias Collector = @Sendable () -> [MetricFamily]

    private struct Parts {
        var loops: [NIOLoopBound<LoopMetrics>] = []
        var collectors: [Collector] = []
        var reloads: UInt64 = 0
        var reloadFailures: UInt64 = 0
        var lastReloadSucceeded = true
    }

    private let parts = Mutex(Parts())

    /// The counters of one event loop; called on it, once.
    func loopMetrics(on eventLoop: any EventLoop) -> LoopMetrics {
        let metrics = LoopMetrics()
        let bound = NIOLoopBound(metrics, eventLoop: eventLoop)
        self.parts.withLock { $0.loops.append(bound) }
        return metrics
    }

    func collect(_ collector: @escaping Collector) {
        self.parts.withLock { $0.collectors.append(collector) }
    }

    /// Counts a reload of policies or configuration.
    func countReload(succeeded: Bool) {
        self.parts.withLock { parts in
            parts.reloads += 1
            parts.reloadFailures += succeeded ? 0 : 1
            parts.lastReloadSucceeded = succeeded
        }
    }

    /// Everything as Prometheus reads it; succeeds on `eventLoop`.
    func page(on eventLoop: any EventLoop) -> EventLoopFuture<String> {
        let (loops, collectors, own) = self.parts.withLock { parts in
            (parts.loops, parts.collectors, Self.reloadFamilies(parts))
        }
        let tallies = loops.map { loop in loop.eventLoop.submit { loop.value.tally } }
        return EventLoopFuture.whenAllSucceed(tallies, on: eventLoop).map { tallies in
            var total = LoopTally()
            for tally in tallies { total.add(tally) }
            return PrometheusText.render(total.families + own + collectors.flatMap { $0() })
        }
    }

    private static func reloadFamilies(_ parts: Parts) -> [MetricFamily] {
        [
            .counter(
                "gatekeeper_reloads_total",
                "Reloads of policies and configuration, good or bad.",
                parts.reloads
            ),
            .counter(
                "gatekeeper_reload_failures_total",
                "Reloads that were refused, so that the old state stayed.",
                parts.reloadFailures
            ),
            .gauge(
                "gatekeeper_last_reload_successful",
                "1 unless the latest reload was refused.",
                parts.lastReloadSucceeded ? 1 : 0
            ),
        ]
    }
}
