internal import NIOCore
internal import TokenVerify

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
            labelled(
                "gatekeeper_keys_next_refresh_seconds",
                "Until the key set is asked for again; absent for files, which are watched."
            ) {
                $0.nextFetch.map { Double(($0 - now).nanoseconds) / 1_000_000_000 }
            },
            labelled("gatekeeper_keys_failing", "1 while the source of the keys fails.") {
                $0.lastFailure == nil ? 0 : 1
            },
            MetricFamily(
                name: "gatekeeper_keys_last_error",
                kind: .gauge,
                help: "1 while the source of the keys fails, with the reason.",
                samples: statuses.compactMap(\.errorSample)
            ),
            MetricFamily(
                name: "gatekeeper_key_info",
                kind: .gauge,
                help: "1 for every key in use.",
                samples: statuses.flatMap(\.keySamples)
            ),
        ]
    }
}

extension KeySetStatus {
    fileprivate var errorSample: MetricFamily.Sample? {
        self.lastFailure.map { failure in
            MetricFamily.Sample(
                labels: [("issuer", self.issuer), ("error", failure.code)],
                value: 1
            )
        }
    }

    // Two keys without an ID and with the same algorithms are one series.
    fileprivate var keySamples: [MetricFamily.Sample] {
        var seen: Set<[String]> = []
        return self.keys.compactMap { key in
            let algorithms = key.algorithms.map(\.rawValue).joined(separator: ",")
            let values = [key.keyID ?? "", algorithms]
            guard seen.insert(values).inserted else { return nil }
            return MetricFamily.Sample(
                labels: [
                    ("issuer", self.issuer), ("kid", values[0]), ("algorithms", values[1]),
                ],
                value: 1
            )
        }
    }
}

extension ProxyServer {
    /// The application's servers, as requests and health checks find them, and the clients'
    /// connections.
    var families: [MetricFamily] {
        [
            .labelled(
                "gatekeeper_upstream_up",
                .gauge,
                "0 while a server is ejected or fails its health checks.",
                by: "server",
                self.upstreams.map { ($0.name, $0.isUp ? 1 : 0) }
            ),
            .gauge(
                "gatekeeper_connections",
                "Connections of clients that are open.",
                Double(self.connections)
            ),
            .counter(
                "gatekeeper_connections_refused_total",
                "Connections closed because their client had too many.",
                UInt64(self.refusedConnections)
            ),
        ]
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
            + (self.hearsChanges.map { hears in
                [
                    .gauge(
                        "gatekeeper_directory_listening",
                        "1 while the directory tells of changed users.",
                        hears ? 1 : 0
                    ),
                    .counter(
                        "gatekeeper_directory_changes_total",
                        "Changed users that the directory told of.",
                        UInt64(total { $0.changed })
                    ),
                ]
            } ?? [])
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
            ),
            .gauge(
                "gatekeeper_log_backlog_bytes",
                "Of the decision log, waiting to be written.",
                Double(self.backlog)
            ),
        ]
    }
}
