import PolicyDSL
import Testing

@testable import Gatekeeper

/// How values are read, whatever they mean.
@Suite struct ConfigurationReadingTests {
    private func problems(_ text: String) -> [ConfigurationProblem] {
        ConfigurationFixture.load(ConfigurationFixture.minimal(text)).problems
    }

    private func returnTo(_ value: String) -> String? {
        let text = ConfigurationFixture.minimal("return_to: \(value)")
        return ConfigurationFixture.load(text).configuration?.returnTo
    }

    @Test(
        "quotes and variables yield the same text",
        arguments: [
            ("next", "next"), ("'next'", "next"), ("\"next\"", "next"),
            ("${SECRET}", "0123456789abcdef0123456789abcdef"),
            ("a${SECRET}b", "a0123456789abcdef0123456789abcdefb"),
            ("'${SECRET}'", "0123456789abcdef0123456789abcdef"),
        ]
    )
    func texts(value: String, expected: String) {
        #expect(self.returnTo(value) == expected)
    }

    @Test("`$${` stands for `${`")
    func escapedVariable() throws {
        let reading = Self.reading("x: y")
        let text = Spanned("a$${B}c${SECRET}", at: SourceSpan(start: 0, end: 1))
        #expect(reading.expanded(text) == "a${B}c0123456789abcdef0123456789abcdef")
        #expect(reading.problems.isEmpty)
    }

    @Test("variables are replaced once: what they hold is not looked at again")
    func noRecursion() {
        let surroundings = ConfigurationSurroundings(
            environment: { _ in "${OTHER}" },
            contents: { _ in [] }
        )
        let reading = ConfigurationReading(
            source: PolicySource(name: "x", text: ""),
            folder: "/",
            surroundings: surroundings
        )
        #expect(reading.expanded(Spanned("${A}")) == "${OTHER}")
    }

    @Test("an open variable is named")
    func openVariable() {
        let found = self.problems("return_to: \"a${B\"")
        #expect(found.map { $0.rule } == [.badValue])
        #expect(found.first?.message.contains("without its `}`") == true)
    }

    @Test("null, ~ and nothing are the same as leaving a key out", arguments: ["null", "~", ""])
    func nulls(value: String) {
        #expect(self.returnTo(value) == "return_to")
        #expect(self.returnTo("\"null\"") == "null")
    }

    @Test("a list of one may be written without brackets")
    func listsOfOne() throws {
        let text = ConfigurationFixture.minimal("trusted_proxies: 10.0.0.0/8")
        let configuration = try #require(ConfigurationFixture.load(text).configuration)
        #expect(configuration.trustedProxies.count == 1)
    }

    struct Shape: Sendable {
        let text: String
        let says: String
    }

    @Test(
        "a value of another shape is named",
        arguments: [
            Shape(text: "return_to: [a]", says: "`return_to` must be one value"),
            Shape(text: "return_to: {a: b}", says: "`return_to` must be one value"),
            Shape(text: "limits: [a]", says: "`limits` must be a mapping"),
            Shape(text: "log: yes", says: "`log` must be a mapping"),
            Shape(text: "routes: {match: /a}", says: "`routes` must be a list of mappings"),
            Shape(text: "routes: [/a]", says: "each entry of `routes` must be a mapping"),
            Shape(text: "trusted_proxies: [[a]]", says: "`trusted_proxies` must be one value"),
            Shape(text: "[a, b]: c", says: "a key must be a word"),
            Shape(text: "log: {sample_allow: much}", says: "`much` is not a number"),
            Shape(
                text: "log: {sample_allow: nan}",
                says: "`sample_allow` must be between 0.0 and 1.0"
            ),
            Shape(text: "limits: {cookie_chunks: 1.5}", says: "`1.5` is not a whole number"),
            Shape(
                text: "directory: {source: file, path: u, timeout: 2m}",
                says: "between 1ms and 1m"
            ),
            Shape(text: "directory: {source: file}", says: "`path` is missing in `directory`"),
            Shape(text: "directory: {source: fil, path: u}", says: "`fil` is not one of"),
            Shape(
                text: "directory: {source: issuer}",
                says: "no issuer has an endpoint that knows its users"
            ),
            Shape(text: "directory: {ttl: 1s}", says: "`source` is missing in `directory`"),
            Shape(
                text: "directory: {source: postgres, url: mysql://a}",
                says: "not a PostgreSQL URL"
            ),
            Shape(
                text: "directory: {source: postgres, url: 'postgres://db.example/postgres'}",
                says: "does not verify who answers at `db.example`"
            ),
            Shape(
                text: "directory: {source: postgres, url: 'postgres:///postgres'}",
                says: "does not say which host"
            ),
            Shape(
                text: "directory: {source: postgres, url: 'postgres://localhost/a', schema: 'a b'}",
                says: "`a b` is not the name of a schema"
            ),
            Shape(
                text: "directory: {source: http, url: 'https://a/{subject}', headers: {'a b': c}}",
                says: "`a b` is not a header name"
            ),
            Shape(
                text:
                    "directory: {source: http, url: 'https://a/{subject}', headers: {a: \"b\\nc\"}}",
                says: "a header value is one line"
            ),
            Shape(text: "routes: [{answer: challenge}]", says: "`match` is missing in `routes[0]`"),
            Shape(text: "return_to: 'a b'", says: "`a b` is not a parameter name"),
            Shape(text: "trusted_proxies: [10.0.0.1/8]", says: "bits set behind its prefix"),
            Shape(text: "allowed_origins: [app]", says: "`app` is not an origin"),
        ]
    )
    func shapes(_ row: Shape) {
        let found = self.problems(row.text)
        #expect(found.count == 1, "\(found.map { $0.message })")
        #expect(found.first?.message.contains(row.says) == true, "\(found.map { $0.message })")
    }

    @Test("a place is counted in characters, behind odd ones too")
    func columns() throws {
        let found = ConfigurationFixture.load(
            ConfigurationFixture.minimal("log: {file: \"ü€😀\", decisions: som}")
        )
        let problem = try #require(found.problems.first)
        let text = found.source.text(of: problem.span)
        #expect(text == "som")
        #expect(problem.plain(in: found.source).hasPrefix("gatekeeper.yaml:5:31: error GK305"))
        #expect(
            problem.text(in: found.source).contains(
                "\n  | " + String(repeating: " ", count: 30) + "^^^"
            )
        )
    }

    @Test("a problem has a place that editors understand")
    func location() throws {
        let found = ConfigurationFixture.load(ConfigurationFixture.minimal("answr: redirect"))
        let problem = try #require(found.problems.first)
        let location = try #require(problem.location(in: found.source))
        #expect(location.file == "gatekeeper.yaml")
        #expect((location.start.line, location.start.column) == (5, 1))
        #expect((location.end.line, location.end.column) == (5, 6))
    }

    @Test(
        "paths start from the configuration's folder",
        arguments: [
            ("users.json", "/etc/gatekeeper/users.json"),
            ("./users.json", "/etc/gatekeeper/users.json"),
            ("../users.json", "/etc/gatekeeper/../users.json"),
            ("/srv/users.json", "/srv/users.json"),
        ]
    )
    func paths(path: String, expected: String) throws {
        let text = ConfigurationFixture.minimal("directory: {source: file, path: \(path)}")
        let configuration = try #require(ConfigurationFixture.load(text).configuration)
        #expect(configuration.directory?.source == .file(path: expected))
    }

    @Test(
        "the nearest word is offered, a far one is not",
        arguments: [
            ("lisen", "listen"), ("LISTEN", "listen"), ("admn", "admin"), ("polcy", "policy"),
            ("xyz", nil), ("a", nil), ("listenaddress", nil),
        ]
    )
    func nearest(word: String, expected: String?) {
        #expect(NearestWord.find(word, among: ["listen", "admin", "policy"]) == expected)
    }

    private static func reading(_ text: String) -> ConfigurationReading {
        ConfigurationReading(
            source: PolicySource(name: "x", text: text),
            folder: "/etc/gatekeeper",
            surroundings: ConfigurationFixture.surroundings
        )
    }

    @Test("secrets come from a file, the environment or the value itself, and say only that")
    func secrets() throws {
        let reading = Self.reading("")
        let file = try #require(reading.secret(Spanned("file:key")))
        #expect(file.value == "from-a-file")
        #expect(file.description == "file:key")
        let variable = try #require(reading.secret(Spanned("Bearer ${SECRET}")))
        #expect(variable.value == "Bearer 0123456789abcdef0123456789abcdef")
        #expect(variable.description == "Bearer ${SECRET}")
        let literal = try #require(reading.secret(Spanned("hunter2")))
        #expect(literal.value == "hunter2")
        for text in ["\(literal)", String(reflecting: literal), String(reflecting: [literal])] {
            #expect(!text.contains("hunter2"))
        }
        #expect(Mirror(reflecting: literal).children.isEmpty)
    }
}
