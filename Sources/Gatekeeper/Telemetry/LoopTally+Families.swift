internal import PolicyDSL

extension LoopTally {
    var families: [MetricFamily] {
        [self.decisions, self.projections] + self.traffic + self.times + self.lookups
    }

    private var times: [MetricFamily] {
        [
            .histogram(
                "gatekeeper_decision_duration_seconds",
                "From a request's head to the ruling on it.",
                self.decisionTimes
            ),
            .histogram(
                "gatekeeper_upstream_duration_seconds",
                "From the ruling to the head of the upstream's response.",
                self.upstreamTimes
            ),
            .histogram(
                "gatekeeper_request_duration_seconds",
                "From the request's head to the end of the exchange.",
                self.exchangeTimes
            ),
        ]
    }

    private var decisions: MetricFamily {
        var samples = Self.samples(self.refusals)
        samples.insert(
            MetricFamily.Sample(
                labels: [("outcome", "allow"), ("reason", ""), ("policy", "")],
                value: Double(self.allowed)
            ),
            at: 0
        )
        return MetricFamily(
            name: "gatekeeper_decisions_total",
            kind: .counter,
            help: "Decisions by outcome, reason and determining policy.",
            samples: samples
        )
    }

    private var projections: MetricFamily {
        MetricFamily(
            name: "gatekeeper_projected_total",
            kind: .counter,
            help: "Decisions that monitors, start dates and graces will change.",
            samples: Self.samples(self.projected)
        )
    }

    private static func samples(_ counts: [Refusal: UInt64]) -> [MetricFamily.Sample] {
        let ordered = counts.sorted { left, right in
            (left.key.outcome.rawValue, left.key.reason, left.key.policy)
                < (right.key.outcome.rawValue, right.key.reason, right.key.policy)
        }
        return ordered.map { refusal, count in
            MetricFamily.Sample(
                labels: [
                    ("outcome", refusal.outcome.word), ("reason", refusal.reason),
                    ("policy", refusal.policy),
                ],
                value: Double(count)
            )
        }
    }

    private var traffic: [MetricFamily] {
        [
            .labelled(
                "gatekeeper_responses_total",
                .counter,
                "Answers to clients by status class.",
                by: "class",
                self.answers.labelled
            ),
            .labelled(
                "gatekeeper_upstream_responses_total",
                .counter,
                "Answers of the upstream by status class.",
                by: "class",
                self.upstream.labelled
            ),
            .labelled(
                "gatekeeper_exchanges_total",
                .counter,
                "Exchanges by how they ended.",
                by: "disposition",
                Disposition.allCases.map { ($0.word, Double(self.dispositions[$0.rawValue])) }
                    .filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
            ),
            .counter(
                "gatekeeper_request_body_bytes_total",
                "Body bytes forwarded upstream.",
                self.requestBytes
            ),
            .counter(
                "gatekeeper_response_body_bytes_total",
                "Body bytes forwarded to clients.",
                self.responseBytes
            ),
        ]
    }

    private var lookups: [MetricFamily] {
        [
            .labelled(
                "gatekeeper_tokens_total",
                .counter,
                "Tokens judged, by whether they were remembered.",
                by: "source",
                [
                    ("remembered", Double(self.tokensRemembered)),
                    ("verified", Double(self.tokensVerified)),
                ]
            ),
            .labelled(
                "gatekeeper_directory_lookups_total",
                .counter,
                "Requests that needed user facts, by where these came from.",
                by: "source",
                [
                    ("cached", Double(self.directoryCached)),
                    ("asked", Double(self.directoryAsked)),
                ]
            ),
        ]
    }
}

extension StatusClasses {
    fileprivate var labelled: [(String, Double)] {
        self.counts.enumerated().map { ("\($0.offset + 1)xx", Double($0.element)) }
    }
}
