import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct TransportConfigurationTests {
    private func configuration(_ upstream: String, _ more: String = "") throws -> Configuration {
        let loaded = ConfigurationFixture.load(
            """
            upstream: \(upstream)
            policy: app.policy
            issuers:
            \(ConfigurationFixture.staticIssuer)
            \(more)
            """
        )
        return try #require(loaded.configuration, "\(loaded.problems)")
    }

    @Test(
        "a URL, a list and a mapping of it say the same",
        arguments: [
            "http://127.0.0.1:3000", "[http://127.0.0.1:3000]",
            "{servers: http://127.0.0.1:3000}",
        ]
    )
    func forms(upstream: String) throws {
        let server = UpstreamServer(endpoint: .tcp(host: "127.0.0.1", port: 3000), usesTLS: false)
        let configuration = try self.configuration(upstream)
        #expect(configuration.upstream == UpstreamConfiguration(servers: [server]))
    }

    @Test("what is not said has its default")
    func defaults() throws {
        let configuration = try self.configuration(
            "{servers: [http://a, http://b], health: {path: /}}"
        )
        let upstream = configuration.upstream
        #expect(upstream.applicationProtocol == .http1)
        #expect(upstream.balance == .leastLoaded)
        #expect(upstream.ejection == Ejection(after: 5, duration: .seconds(10)))
        #expect(upstream.health?.interval == .seconds(5))
        #expect(upstream.health?.unhealthyAfter == 3)
        #expect(configuration.tls == nil)
        #expect(configuration.http2.isEnabled)
        #expect(configuration.http2.maximumStreams == 100)
        #expect(!configuration.takesProxyProtocol)
    }

    @Test("the files that may change while they are in use")
    func files() throws {
        let configuration = try self.configuration(
            "{servers: https://a, tls: {ca: c, certificate: d, key: e}}",
            "tls: {certificate: a, key: b}"
        )
        #expect(
            configuration.certificatePaths
                == ["a", "b", "d", "e", "c"].map { "/etc/gatekeeper/\($0)" }
        )
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let upstream: String
        var more = ""
        let rule: ConfigurationRule
        /// The text that the problem stands at.
        let at: String

        var testDescription: String { "\(self.rule.rawValue) \(self.upstream) \(self.more)" }
    }

    static let problems: [Row] = [
        Row(upstream: "ftp://a", rule: .badValue, at: "ftp://a"),
        Row(upstream: "[http://a, ftp://b]", rule: .badValue, at: "ftp://b"),
        Row(upstream: "[http://a, http://a:80]", rule: .contradiction, at: "http://a:80"),
        Row(upstream: "[]", rule: .badValue, at: "["),
        Row(upstream: "{protocol: h2}", rule: .missingKey, at: "{"),
        Row(upstream: "{servers: http://a, protocol: h3}", rule: .unknownWord, at: "h3"),
        Row(upstream: "{servers: http://a, balance: random}", rule: .unknownWord, at: "random"),
        Row(upstream: "{servers: http://a, tls: {ca: x}}", rule: .unusedKey, at: "{ca"),
        Row(upstream: "{servers: http://a, ejection: {after: 1}}", rule: .unusedKey, at: "{after"),
        Row(upstream: "{servers: https://a, tls: {key: k}}", rule: .contradiction, at: "k}}"),
        Row(
            upstream: "{servers: https://a, tls: {server_name: 10.0.0.1}}",
            rule: .badValue,
            at: "10.0.0.1"
        ),
        Row(upstream: "{servers: http://a, health: {}}", rule: .missingKey, at: "{}"),
        Row(upstream: "{servers: http://a, health: {path: x}}", rule: .badValue, at: "x}}"),
        Row(
            upstream: "{servers: http://a, health: {path: /, interval: 1ms}}",
            rule: .badValue,
            at: "1ms"
        ),
        Row(upstream: "{servers: http://a, heath: {path: /}}", rule: .unknownKey, at: "heath"),
        Row(upstream: "http://a", more: "tls: {certificate: a}", rule: .missingKey, at: "{cert"),
        Row(
            upstream: "http://a",
            more: "tls: {certificate: a, key: b, min_version: '1.1'}",
            rule: .unknownWord,
            at: "'1.1'"
        ),
        Row(
            upstream: "http://a",
            more: "tls: {certificate: a, key: b, client_certificate: optional}",
            rule: .unusedKey,
            at: "optional"
        ),
        Row(upstream: "http://a", more: "http2: {max_streams: 0}", rule: .badValue, at: "0"),
        Row(upstream: "http://a", more: "proxy_protocol: true", rule: .contradiction, at: "true"),
    ]

    @Test("what is wrong is said where it stands", arguments: problems)
    func problem(_ row: Row) throws {
        let loaded = ConfigurationFixture.load(
            """
            upstream: \(row.upstream)
            policy: app.policy
            issuers:
            \(ConfigurationFixture.staticIssuer)
            \(row.more)
            """
        )
        let problem = try #require(loaded.problems.first { $0.rule == row.rule })
        let text = String(decoding: loaded.source.bytes[problem.span.start...], as: UTF8.self)
        #expect(text.hasPrefix(row.at), "\(problem)")
    }

    @Test("certificates that are not there, or are none, are told")
    func certificateFiles() {
        let missing = ConfigurationFixture.load(
            ConfigurationFixture.minimal("tls: {certificate: absent, key: absent}")
        )
        let rules = missing.problemsOfFiles(ConfigurationFixture.surroundings).map(\.rule)
        #expect(rules == [.missingFile, .missingFile])
        let broken = ConfigurationFixture.load(
            ConfigurationFixture.minimal("tls: {certificate: users, key: users}")
        )
        let problems = broken.problemsOfFiles(ConfigurationFixture.surroundings)
        #expect(problems.map(\.rule) == [.missingFile, .brokenFile])
    }
}
