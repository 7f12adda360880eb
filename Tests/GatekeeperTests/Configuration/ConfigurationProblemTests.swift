import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct ConfigurationProblemTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let text: String
        let rule: ConfigurationRule
        /// What the problem's span covers.
        let at: String
        /// A part of message or help.
        let says: String
        let name: String

        init(
            _ name: String,
            _ text: String,
            _ rule: ConfigurationRule,
            at: String,
            says: String = ""
        ) {
            self.name = name
            self.text = text
            self.rule = rule
            self.at = at
            self.says = says
        }

        var testDescription: String { self.name }
    }

    static func minimal(
        _ extra: String = "",
        issuer: String = ConfigurationFixture.staticIssuer
    ) -> String {
        ConfigurationFixture.minimal(extra, issuer: issuer)
    }

    static func supabase(_ line: String) -> String {
        ConfigurationFixture.minimal(issuer: ConfigurationFixture.supabase + "\n    " + line)
    }

    static func oidc(_ members: String) -> String {
        ConfigurationFixture.minimal(
            issuer: "  - {provider: oidc, issuer: https://id.example.com, \(members)}"
        )
    }

    static func clerk(_ members: String) -> String {
        let key = "publishable_key: pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA"
        return ConfigurationFixture.minimal(issuer: "  - {provider: clerk, \(key), \(members)}")
    }

    static let reading: [Row] = [
        Row("not YAML", "listen: [", .badSyntax, at: ""),
        Row("a list", "- a", .badSyntax, at: "", says: "mapping"),
        Row("key twice", Self.minimal("policy: b"), .badSyntax, at: "policy", says: "twice"),
        Row(
            "unknown key",
            Self.minimal("lisen: 127.0.0.1:1"),
            .unknownKey,
            at: "lisen",
            says: "did you mean `listen`?"
        ),
        Row(
            "unknown key in a section",
            Self.minimal("limits: {header_byte: 1KiB}"),
            .unknownKey,
            at: "header_byte",
            says: "`header_bytes`"
        ),
        Row(
            "unknown key of an issuer",
            Self.supabase("audiance: x"),
            .unknownKey,
            at: "audiance",
            says: "`audience`"
        ),
        Row(
            "another provider's key",
            Self.supabase("preset: okta"),
            .unknownKey,
            at: "preset",
            says: "provider: oidc"
        ),
        Row("no upstream", "policy: p", .missingKey, at: "", says: "upstream"),
        Row("no issuers", "upstream: http://a:1\npolicy: p", .missingKey, at: "", says: "issuers"),
        Row("not a size", Self.minimal("limits: {token_bytes: 16k}"), .badValue, at: "16k"),
        Row("not a duration", Self.minimal("limits: {idle_timeout: 10}"), .badValue, at: "10"),
        Row("out of range", Self.minimal("limits: {cookie_chunks: 0}"), .badValue, at: "0"),
        Row(
            "no client at all",
            Self.minimal("limits: {client_connections: 0}"),
            .badValue,
            at: "0",
            says: "between 1 and 1000000"
        ),
        Row(
            "a port too far",
            Self.minimal("listen: 127.0.0.1:65536"),
            .badValue,
            at: "127.0.0.1:65536"
        ),
        Row(
            "a path in an origin",
            Self.minimal("public_url: https://a/b"),
            .badValue,
            at: "https://a/b"
        ),
        Row("not a list", Self.minimal("routes: yes"), .badValue, at: "yes"),
        Row("not a pattern", Self.minimal("routes: [{match: /a/**/b}]"), .badValue, at: "/a/**/b"),
        Row("not a share", Self.minimal("log: {sample_allow: 1.5}"), .badValue, at: "1.5"),
        Row(
            "not a word",
            Self.minimal("answer: redirct"),
            .unknownWord,
            at: "redirct",
            says: "`redirect`"
        ),
        Row(
            "not a leniency",
            Self.minimal("routes: [{match: /a, accept: [double_slash]}]"),
            .unknownWord,
            at: "double_slash",
            says: "`double-slash`"
        ),
        Row("unset variable", Self.minimal("return_to: ${NOPE}"), .missingVariable, at: "${NOPE}"),
        Row(
            "empty variable",
            Self.supabase("secret_key: ${EMPTY}"),
            .missingVariable,
            at: "${EMPTY}"
        ),
        Row("odd variable", Self.minimal("return_to: ${a b}"), .badValue, at: "${a b}"),
        Row(
            "no secret file",
            Self.supabase("secret_key: file:/x"),
            .unreadableSecret,
            at: "file:/x"
        ),
        Row(
            "empty secret",
            Self.supabase("secret_key: file:empty"),
            .unreadableSecret,
            at: "file:empty"
        ),
        Row(
            "two mappings",
            Self.oidc("audience: a, preset: okta, assurance: {claim: acr, aal2: x}"),
            .contradiction,
            at: "{"
        ),
        Row(
            "stale before fresh",
            Self.minimal("directory: {source: file, path: u, ttl: 10m}"),
            .contradiction,
            at: "10m"
        ),
        Row("no mapping", Self.oidc("audience: a"), .missingKey, at: "oidc", says: "preset"),
        Row(
            "writable claim",
            Self.minimal("directory: {source: claims, created_at: user_metadata.since}"),
            .badValue,
            at: "user_metadata.since",
            says: "users themselves"
        ),
        Row("no fact", Self.minimal("directory: {source: claims}"), .missingKey, at: "claims"),
        Row(
            "no subject",
            Self.minimal("directory: {source: http, url: https://a/b}"),
            .badValue,
            at: "https://a/b"
        ),
    ]

    static let unsafe: [Row] = [
        Row("no audience", Self.oidc("preset: okta"), .missingAudience, at: "{"),
        Row("empty audience", Self.supabase("audience: []"), .missingAudience, at: "["),
        Row(
            "two kinds of key",
            Self.supabase("jwt_secret: ${SECRET}"),
            .ambiguousAlgorithms,
            at: "${SECRET}",
            says: "HS256"
        ),
        Row("short secret", Self.supabase("jwt_secret: hunter2"), .weakSecret, at: "hunter2"),
        Row("every proxy", Self.minimal("trusted_proxies: [\"*\"]"), .trustsEveryone, at: "\"*\""),
        Row(
            "every address",
            Self.minimal("trusted_proxies: [0.0.0.0/0]"),
            .trustsEveryone,
            at: "0.0.0.0/0"
        ),
        Row(
            "every v6 address",
            Self.minimal("trusted_proxies: [\"::/0\"]"),
            .trustsEveryone,
            at: "\"::/0\""
        ),
        Row(
            "http issuer",
            Self.minimal(issuer: "  - {provider: supabase, url: http://a.test}"),
            .exposedURL,
            at: "http://a.test"
        ),
        Row(
            "http key set",
            Self.supabase("jwks: http://keys.test/"),
            .exposedURL,
            at: "http://keys.test/"
        ),
        Row(
            "http directory",
            Self.minimal("directory: {source: http, url: \"http://u.test/{subject}\"}"),
            .exposedURL,
            at: "\"http://u.test/{subject}\""
        ),
        Row("no parties", Self.clerk("expired: handshake"), .missingAuthorizedParties, at: "{"),
        Row(
            "one name twice",
            Self.minimal(
                issuer: ConfigurationFixture.staticIssuer + "\n" + ConfigurationFixture.staticIssuer
            ),
            .duplicateIssuer,
            at: "https://issuer.example.com"
        ),
        Row(
            "one cookie twice",
            Self.minimal(
                issuer: ConfigurationFixture.supabase + "\n"
                    + ConfigurationFixture.staticIssuer.dropLast()
                    + ", cookie: sb-abcdefghijkl-auth-token}"
                    + "\n  - {provider: supabase, url: https://x.test, cookie: sb-abcdefghijkl-auth-token}"
            ),
            .duplicateIssuer,
            at: "sb-abcdefghijkl-auth-token"
        ),
        Row(
            "public admin",
            Self.minimal("listen: 127.0.0.1:8081"),
            .publicAdmin,
            at: "127.0.0.1:8081"
        ),
    ]

    static let warnings: [Row] = [
        Row(
            "forwarded",
            Self.clerk("expired: forward, authorized_parties: https://a.test"),
            .expiredForwarded,
            at: "forward"
        ),
        Row("cross-site", Self.supabase("cross_site: allow"), .crossSiteAllowed, at: "allow"),
        Row(
            "http outside",
            Self.minimal("public_url: http://app.test"),
            .insecurePublicURL,
            at: "http://app.test"
        ),
        Row(
            "a burst of nothing",
            Self.minimal("limits: {client_burst: 5}"),
            .unusedKey,
            at: "5",
            says: "client_requests_per_second"
        ),
        Row("open admin", Self.minimal("admin: 0.0.0.0:8081"), .reachableAdmin, at: "0.0.0.0:8081"),
        Row(
            "idle secret",
            Self.supabase("jwt_secret: ${SECRET}\n    algorithms: [ES256]"),
            .unusedKey,
            at: "${SECRET}"
        ),
    ]

    @Test("a mistake is named where it stands", arguments: Self.reading + Self.unsafe)
    func mistakes(_ row: Row) throws {
        let loaded = ConfigurationFixture.load(row.text)
        #expect(loaded.configuration == nil)
        try Self.expect(row, in: loaded)
    }

    @Test("a risk is named and does not stop", arguments: Self.warnings)
    func risks(_ row: Row) throws {
        let loaded = ConfigurationFixture.load(row.text)
        #expect(loaded.configuration != nil)
        try Self.expect(row, in: loaded)
        #expect(loaded.problems.count == 1)
    }

    private static func expect(_ row: Row, in loaded: LoadedConfiguration) throws {
        let problem = try #require(
            loaded.problems.first { $0.rule == row.rule },
            "found \(loaded.problems.map { $0.plain(in: loaded.source) })"
        )
        #expect(loaded.source.text(of: problem.span) == row.at)
        #expect("\(problem.message) \(problem.help ?? "")".contains(row.says))
    }

    @Test("one reading finds every problem")
    func allAtOnce() {
        let loaded = ConfigurationFixture.load(
            """
            upstream: ftp://nowhere
            policy: a.policy
            issuers:
              - {provider: supabse, url: https://a.test}
              - {provider: oidc, issuer: http://id.test, preset: okta}
            answr: redirect
            limits: {idle_timeout: soon}
            """
        )
        let found = loaded.problems.map { $0.rule }
        let expected: [ConfigurationRule] = [
            .badValue, .unknownWord, .missingAudience, .exposedURL, .unknownKey, .badValue,
        ]
        #expect(found == expected)
    }

    @Test("a problem is shown with the line and a caret")
    func rendering() throws {
        let loaded = ConfigurationFixture.load(ConfigurationFixture.minimal("answr: redirect"))
        let problem = try #require(loaded.problems.first)
        let text = problem.text(in: loaded.source)
        #expect(
            text == """
                error[GK302]: unknown key `answr`
                 --> gatekeeper.yaml:5:1
                5 | answr: redirect
                  | ^^^^^
                  = help: did you mean `answer`?
                """
        )
        #expect(
            problem.plain(in: loaded.source)
                == "gatekeeper.yaml:5:1: error GK302: unknown key `answr`; "
                + "help: did you mean `answer`?"
        )
    }

    @Test("every rule has a case here or among the tests of the policy and of support")
    func everyRule() {
        let seen = Set((Self.reading + Self.unsafe + Self.warnings).map { $0.rule })
        let elsewhere: Set<ConfigurationRule> = [
            .unreadableFile, .missingDirectory, .deadPage, .brokenFile,
            .missingFile,
        ]
        #expect(seen.union(elsewhere) == Set(ConfigurationRule.allCases))
        #expect(seen.isDisjoint(with: elsewhere))
        #expect(
            Set(ConfigurationRule.allCases.map { $0.summary }).count == seen.count + elsewhere.count
        )
    }

    @Test("a file that is not there, or not text, is one problem")
    func unreadable() {
        let missing = LoadedConfiguration.load(file: "/nonexistent/gatekeeper.yaml")
        #expect(missing.problems.map { $0.rule } == [.unreadableFile])
        let binary = LoadedConfiguration(
            text: [0xFF, 0xFE],
            name: "x",
            folder: "/",
            surroundings: .process
        )
        #expect(binary.problems.map { $0.rule } == [.unreadableFile])
    }
}
