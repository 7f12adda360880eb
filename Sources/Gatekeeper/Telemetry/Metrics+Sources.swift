internal import NIOCore

extension KeyStore {
    /// The key sets as metrics, their ages as of `now`.
    func families(at now: NIODeadline) -> [MetricFamily] {
        let statuses = self.statuses
        func labelled(
            _ name: String,
            _ help: String,
            _ value: (KeySetStatus) -> Double?
        ) -> MetricFamily {
            let values = statuses.compactMap { status in value(status).map { (status.issuer, $0) } }
            return .labelled(name, .gauge, help, by: "issuer", values)
        }
        return [
            labelled("gatekeeper_keys", "Keys in use.") { Double($0.keys.count) },
            labelled("gatekeeper_keys_age_seconds", "Since the key set was fetched or read.") {
                $0.fetchedAt.map { Double((now - $0).nanoseconds) / 1_000_000_000 }
            },
            labelled("gatekeeper_keys_failing", "1 while the source of the keys fails.") {
                $0.lastFailure == nil ? 0 : 1
            },
        ]
    }
}

extension MetricFamily {
    /// The application's servers, as requests and health checks find them.
    static func upstreams(_ servers: [(name: String, isUp: Bool)]) -> MetricFamily {
        .labelled(
            "gatekeeper_upstream_up",
            .gauge,
            "0 while a server is ejected or fails its health checks.",
            by: "server",
            servers.map { ($0.name, $0.isUp ? 1 : 0) }
        )
    }
}

extension UserDirectory {
    /// How the directory's sources fare.
    var families: [MetricFamily] {
        guard case .remote(let remotes) = self.source else { return [] }
        var seen: [RemoteDirectory] = []
        for case let remote? in remotes where !seen.contains(where: { $0 === remote }) {
            seen.append(remote)
        }
        let tallies = seen.map { $0.tally }
        func total(_ count: (RemoteDirectory.Tally) -> Int) -> Double {
            Double(tallies.map(count).reduce(0, +))
        }
        return [
            .labelled(
                "gatekeeper_directory_calls_total",
                .counter,
                "Questions to the directory by what came of them.",
                by: "result",
                [
                    ("answered", total { $0.answered }), ("refused", total { $0.refused }),
                    ("failed", total { $0.failed }), ("spared", total { $0.spared }),
                ]
            ),
            .gauge(
                "gatekeeper_directory_breaker_open",
                "1 while a failing directory is left alone.",
                tallies.contains { $0.isOpen } ? 1 : 0
            ),
        ]
    }
}

extension DecisionLog {
    var families: [MetricFamily] {
        let tally = self.tally
        return [
            .labelled(
                "gatekeeper_log_lines_total",
                .counter,
                "Lines of the decision log by what became of them.",
                by: "result",
                [("written", Double(tally.written)), ("dropped", Double(tally.dropped))]
            )
        ]
    }
}
