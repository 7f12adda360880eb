import NIOCore
import NIOEmbedded
import NIOPosix
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct MetricsTests {
    private static func exchange(
        _ disposition: Disposition = .relayed,
        status: UInt16 = 200,
        answered: Bool = true,
        milliseconds: Int64 = 3,
        decided: TimeAmount? = nil,
        upstream: TimeAmount = .nanoseconds(0)
    ) -> ExchangeRecord {
        ExchangeRecord(
            disposition: disposition,
            status: status,
            received: .at(0),
            decided: decided.map { .at(0) + $0 },
            answered: answered ? .at(0) + (decided ?? .nanoseconds(0)) + upstream : nil,
            ended: .at(0) + .milliseconds(milliseconds),
            requestBytes: 10,
            responseBytes: 100
        )
    }

    private func lines(_ page: String, _ prefix: String) -> [String] {
        page.split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
    }

    @Test("what the loops counted is added up")
    func addition() throws {
        let metrics = Metrics()
        let loops = [EmbeddedEventLoop(), EmbeddedEventLoop()]
        for (index, loop) in loops.enumerated() {
            let own = metrics.loopMetrics(on: loop)
            for _ in 0...index { own.tally.countAllowed() }
            own.tally.countRefusal(.stepUp, reason: "aal-too-low", policy: "opted-in-only")
            own.tally.countRefusal(.unauthenticated, reason: "token-expired", policy: nil)
            own.tally.count(Self.exchange())
            own.tally.count(Self.exchange(.refused, status: 302, answered: false))
            own.tally.tokensVerified += 1
            own.tally.directoryCached += 2
        }
        let page = metrics.page(on: loops[0])
        for loop in loops { loop.run() }
        for loop in loops { loop.run() }
        let text = try page.wait()
        let decisions = self.lines(text, "gatekeeper_decisions_total")
        #expect(
            decisions == [
                #"gatekeeper_decisions_total{outcome="allow",reason="",policy=""} 3"#,
                #"gatekeeper_decisions_total{outcome="step-up",reason="aal-too-low","#
                    + #"policy="opted-in-only"} 2"#,
                #"gatekeeper_decisions_total{outcome="unauthenticated",reason="token-expired","#
                    + #"policy=""} 2"#,
            ]
        )
        #expect(text.contains(#"gatekeeper_responses_total{class="3xx"} 2"#))
        #expect(text.contains(#"gatekeeper_upstream_responses_total{class="2xx"} 2"#))
        #expect(text.contains(#"gatekeeper_upstream_responses_total{class="3xx"} 0"#))
        #expect(text.contains(#"gatekeeper_exchanges_total{disposition="refused"} 2"#))
        #expect(text.contains("gatekeeper_request_body_bytes_total 40"))
        #expect(text.contains(#"gatekeeper_tokens_total{source="verified"} 2"#))
        #expect(text.contains(#"gatekeeper_directory_lookups_total{source="cached"} 4"#))
        #expect(text.contains(#"gatekeeper_request_duration_seconds_bucket{le="0.0025"} 0"#))
        #expect(text.contains(#"gatekeeper_request_duration_seconds_bucket{le="0.005"} 4"#))
        #expect(text.contains(#"gatekeeper_request_duration_seconds_bucket{le="+Inf"} 4"#))
        #expect(text.contains("gatekeeper_request_duration_seconds_count 4"))
    }

    @Test("decisions, upstreams and exchanges are timed apart, each where it took place")
    func times() throws {
        let metrics = Metrics()
        let loop = EmbeddedEventLoop()
        let own = metrics.loopMetrics(on: loop)
        own.tally.count(
            Self.exchange(milliseconds: 30, decided: .microseconds(20), upstream: .milliseconds(9))
        )
        own.tally.count(
            Self.exchange(.refused, status: 403, answered: false, decided: .milliseconds(2))
        )
        own.tally.count(Self.exchange(.refused, status: 400, answered: false))
        let page = metrics.page(on: loop)
        loop.run()
        let text = try page.wait()
        let decision = "gatekeeper_decision_duration_seconds"
        #expect(text.contains("\(decision)_bucket{le=\"1e-05\"} 0\n"))
        #expect(text.contains("\(decision)_bucket{le=\"2.5e-05\"} 1\n"))
        #expect(text.contains("\(decision)_bucket{le=\"0.005\"} 2\n"))
        #expect(text.contains("\(decision)_sum 0.00202\n"))
        #expect(text.contains("\(decision)_count 2\n"))
        let upstream = "gatekeeper_upstream_duration_seconds"
        #expect(text.contains("\(upstream)_bucket{le=\"0.005\"} 0\n"))
        #expect(text.contains("\(upstream)_bucket{le=\"0.01\"} 1\n"))
        #expect(text.contains("\(upstream)_count 1\n"))
        #expect(text.contains("gatekeeper_request_duration_seconds_count 3\n"))
    }

    @Test(
        "a time belongs to the first bound that is not shorter",
        arguments: [(0, 0), (9, 0), (10, 0), (11, 1), (20, 1), (21, 2), (1_000_000, 2)]
    )
    func buckets(milliseconds: Int64, bucket: Int) {
        var histogram = Histogram(bounds: [.milliseconds(10), .milliseconds(20)])
        histogram.record(.milliseconds(milliseconds))
        #expect(histogram.cumulative.map(\.count) == (0..<3).map { $0 >= bucket ? 1 : 0 })
        #expect(histogram.cumulative.map(\.bound) == [0.01, 0.02, .infinity])
    }

    @Test("reloads are counted, good and bad")
    func reloads() throws {
        let metrics = Metrics()
        metrics.countReload(succeeded: true)
        metrics.countReload(succeeded: false)
        let loop = EmbeddedEventLoop()
        let page = metrics.page(on: loop)
        loop.run()
        let text = try page.wait()
        #expect(text.contains("gatekeeper_reloads_total 2"))
        #expect(text.contains("gatekeeper_reload_failures_total 1"))
        #expect(text.contains("gatekeeper_last_reload_successful 0"))
    }

    @Test("every family has one help and one type, and every name our prefix")
    func wellFormed() throws {
        let metrics = Metrics()
        metrics.collect { [.gauge("gatekeeper_extra", "Something else.", 1.5)] }
        let loop = EmbeddedEventLoop()
        _ = metrics.loopMetrics(on: loop)
        let page = metrics.page(on: loop)
        loop.run()
        let text = try page.wait()
        #expect(text.hasSuffix("gatekeeper_extra 1.5\n"))
        let helps = self.lines(text, "# HELP ").compactMap {
            $0.split(separator: " ").dropFirst(2).first
        }
        let types = self.lines(text, "# TYPE ").compactMap {
            $0.split(separator: " ").dropFirst(2).first
        }
        #expect(helps == types)
        #expect(Set(helps).count == helps.count)
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.hasPrefix("gatekeeper_"))
        }
    }

    @Test("label values are escaped")
    func escaping() {
        let family = MetricFamily.labelled("m", .gauge, "h", by: "l", [("a\"b\\c\nd", 1)])
        #expect(PrometheusText.render([family]).contains(#"m{l="a\"b\\c\nd"} 1"#))
    }

    @Test("labels that an attacker can choose are bounded")
    func bounded() {
        var tally = LoopTally()
        for number in 0..<20_000 {
            tally.countRefusal(.deny, reason: "r\(number)", policy: nil)
        }
        #expect(tally.refusals.count <= 10_001)
        #expect(tally.refusals.values.reduce(0, +) == 20_000)
    }

    @Test("every disposition has its own word")
    func dispositions() {
        let all = Disposition.allCases
        #expect(Set(all.map { $0.word }).count == all.count)
    }

    @Test("key sets, the directory and the log show how they are")
    func sources() async throws {
        let server = try await LoopbackServer.start { _ in .init(body: KeyFixture.set("a", "b")) }
        let text = ConfigurationFixture.minimal(
            "directory: {source: issuer}",
            issuer: "  - {provider: supabase, url: \"\(server.url)\"}"
        )
        let configuration = try #require(ConfigurationFixture.load(text).configuration)
        try await KeyStoreTests.withClient { client in
            let resources = KeyStoreTests.resources(client)
            let store = try KeyStore(issuers: configuration.issuers, resources: resources)
            try await store.start(on: KeyStoreTests.group.next()).get()
            let issuer = "\(server.url)/auth/v1"
            let keys = PrometheusText.render(store.families(at: .now() + .seconds(10)))
            #expect(keys.contains("gatekeeper_keys{issuer=\"\(issuer)\"} 2\n"))
            #expect(keys.contains("gatekeeper_keys_failing{issuer=\"\(issuer)\"} 0\n"))
            #expect(keys.contains("gatekeeper_keys_age_seconds{issuer=\"\(issuer)\"} 1"))
            #expect(keys.contains("gatekeeper_keys_next_refresh_seconds{issuer=\"\(issuer)\"} 2"))
            #expect(keys.contains("gatekeeper_key_info{issuer=\"\(issuer)\",kid=\"a\",algorithms="))
            #expect(keys.contains("gatekeeper_key_info{issuer=\"\(issuer)\",kid=\"b\",algorithms="))
            #expect(!keys.contains("gatekeeper_keys_last_error{"))
            store.stop()
            let directory = UserDirectory(configuration, resources: resources)
            let page = PrometheusText.render(directory.families)
            #expect(page.contains(#"gatekeeper_directory_calls_total{result="failed"} 0"#))
            #expect(page.contains("gatekeeper_directory_breaker_open 0"))
        }
        try await server.stop()
    }
}
