import AsyncHTTPClient
import HTTPMessage
import JSON
import NIOCore
import NIOEmbedded
import NIOPosix
import PolicyDSL
import Testing
import TokenSigning
import TokenVerify

@testable import Gatekeeper

/// Rules in force without files, sockets or a clock of their own.
enum EnforcementFixture {
    static let key: SigningKey = SigningKey(
        secret: Array("0123456789abcdef0123456789abcdef".utf8),
        keyID: "a"
    )
    static let otherKey: SigningKey = SigningKey(
        secret: Array("fedcba9876543210fedcba9876543210".utf8),
        keyID: "b"
    )

    static func keySet(_ keys: SigningKey...) throws -> JSONWebKeySet {
        let text = try Self.keySetText(keys)
        return try JSONWebKeySet(parsing: text)
    }

    private static func keySetText(_ keys: [SigningKey]) throws -> [UInt8] {
        Array(JSONValue.object(try SigningKey.keySet(keys)).serialized().utf8)
    }

    /// Two issuers whose keys are files, the first with a cookie, and a Supabase project with a
    /// shared secret.
    static let issuers: String = """
          - provider: static
            issuer: https://one.example.com
            audience: [api]
            jwks: one.json
            cookie: session
          - provider: static
            issuer: https://two.example.com
            audience: [api]
            jwks: two.json
            cookie: second
          - provider: supabase
            url: https://abc.supabase.co
            api_key: sb_publishable_abc
            jwt_secret: 0123456789abcdef0123456789abcdef
            algorithms: [HS256]
        """

    static func configuration(
        _ extra: String = "",
        issuers: String = Self.issuers
    ) throws -> Configuration {
        let text = ConfigurationFixture.minimal(
            "public_url: https://app.example.com\n" + extra,
            issuer: issuers
        )
        let loaded = ConfigurationFixture.load(text)
        return try #require(loaded.configuration, "\(loaded.problems.map(\.message))")
    }

    static func policies(_ text: String) throws -> PolicySet {
        let reading = PolicyReading([PolicySource(name: "test", text: "gatekeeper 1\n" + text)])
        return try #require(reading.policySet, "\(reading.diagnostics.map(\.message))")
    }

    /// Rules whose first issuers have the key of that position, where there is one.
    static func rules(
        _ extra: String = "",
        issuers: String = Self.issuers,
        policies: String = "admit anyone",
        directory: UserDirectory = UserDirectory(source: .none),
        keys: [SigningKey?] = [Self.key, Self.otherKey]
    ) throws -> EnforcementRules {
        let configuration = try Self.configuration(extra, issuers: issuers)
        let store = try KeyStore(
            issuers: configuration.issuers,
            resources: KeyStore.Resources(
                client: .shared,
                group: MultiThreadedEventLoopGroup.singleton,
                pool: .singleton,
                logger: DirectoryFixture.logger
            )
        )
        let rules = EnforcementRules(
            configuration,
            policies: try Self.policies(policies),
            keys: store,
            directory: directory
        )
        for (index, key) in keys.enumerated() {
            if let key { try Self.publish([key], at: index, of: rules) }
        }
        return rules
    }

    /// Puts new keys of an issuer in force.
    static func publish(_ keys: [SigningKey], at index: Int, of rules: EnforcementRules) throws {
        let document = try KeyDocument(reading: try Self.keySetText(keys), allowsEmpty: true)
        rules.keys.keys(at: index).publish(
            document,
            fetchedAt: nil,
            nextFetch: nil,
            lastFailure: nil
        )
    }

    /// A token of the first issuer, good from a minute ago for ten minutes, with some claims
    /// replaced, or left out where nil.
    static func token(
        _ changes: KeyValuePairs<String, JSONValue?> = [:],
        key: SigningKey = Self.key,
        now: Instant = .now
    ) throws -> String {
        let seconds = now.microseconds / 1_000_000
        var claims: JSONObject = [
            "iss": "https://one.example.com", "sub": "ada", "aud": "api",
            "iat": .integer(seconds - 60), "exp": .integer(seconds + 600),
        ]
        for (name, value) in changes { claims[name] = value }
        return try key.token(claims: claims)
    }

    static func expired(_ changes: KeyValuePairs<String, JSONValue?> = [:]) throws -> String {
        let now = Instant.now
        let past = Instant(microseconds: now.microseconds - 3_600_000_000)
        return try Self.token(changes, now: past)
    }

    /// Why `principal` is denied by policies that everyone is admitted to.
    static func denial(
        _ policies: String,
        _ principal: Principal = Principal(.user),
        factors: FactorCounts = FactorCounts(totp: 1)
    ) throws -> Denial {
        let set = try Self.policies("admit anyone\n" + policies)
        let decision = set.decide(
            AccessRequest(method: "GET", path: "/", host: .unknown),
            principal,
            directory: .known(UserFacts(created: .unknown, factors: .known(factors))),
            now: IdentityFixture.now
        )
        return try #require(Denial(decision, of: set))
    }

    static func cookieValue(_ token: String) -> String {
        "base64-" + Base64URL.encode(Array(#"{"access_token":"\#(token)"}"#.utf8))
    }
}

/// An enforcer on a loop of the test's own.
struct EnforcementBench {
    let loop: EmbeddedEventLoop
    let source: RulesSource
    let enforcer: Enforcer
    let metrics = LoopMetrics()

    init(_ rules: EnforcementRules) throws {
        let loop = EmbeddedEventLoop()
        self.loop = loop
        self.source = RulesSource(rules)
        let log = try DecisionLog(path: "/dev/null", logger: DirectoryFixture.logger)
        let records = ExchangeRecords(
            log: DecisionLogBuffer(
                log,
                rules: LogConfiguration(
                    decisions: .none,
                    sampleAllow: 0,
                    file: nil,
                    subjects: .plain
                ),
                eventLoop: loop
            ),
            metrics: self.metrics
        )
        self.enforcer = Enforcer(self.source, records: records, eventLoop: loop)
    }

    func judge(_ request: String, _ fields: [String] = []) throws -> SettledRuling {
        let head = try self.head(request, fields)
        return try self.settle(self.judge(head))
    }

    func head(_ request: String, _ fields: [String]) throws -> RequestHead {
        let hasHost = fields.contains { $0.lowercased().hasPrefix("host:") }
        let lines = (hasHost ? fields : ["Host: app.example.com"] + fields)
        var parser = RequestHeadParser(limit: 256 << 10)
        var head = RequestHead()
        let text = "\(request) HTTP/1.1\r\n\(lines.map { $0 + "\r\n" }.joined())\r\n"
        let bytes = Array(text.utf8)
        guard try parser.parse(bytes.span, into: &head) == bytes.count else {
            throw RequestRejection.requestLineMalformed
        }
        return head
    }

    func judge(_ head: RequestHead) -> Ruling {
        let connection = ConnectionInfo(
            eventLoop: self.loop,
            peer: Array("192.0.2.1".utf8),
            isTrustedProxy: false,
            isTLS: false
        )
        return self.enforcer.judge(head, from: connection)
    }

    func settle(_ ruling: Ruling) throws -> SettledRuling {
        self.loop.run()
        switch ruling {
        case .forward(let permit): return .forward(permit)
        case .refuse(let refusal): return .refuse(refusal)
        case .respond(let responder): return .respond(responder)
        case .later(let future): return try future.wait()
        }
    }
}

extension SettledRuling {
    /// `forward user ada`, or a refusal's status and reason.
    var summary: String {
        switch self {
        case .forward(let permit):
            let lines = String(decoding: permit.identity, as: UTF8.self).split(separator: "\r\n")
            let words = ["Class", "Subject"].compactMap { name in
                lines.first { $0.hasPrefix("X-Gatekeeper-\(name): ") }?.split(separator: " ").last
            }
            let withheld = permit.withheldCookies.map { String(decoding: $0, as: UTF8.self) }
            let without = withheld.isEmpty ? "" : " without \(withheld.joined(separator: ","))"
            return "forward \(words.joined(separator: " "))\(without)"
        case .refuse(let refusal):
            return "\(refusal.status) \(self.reason ?? self.location ?? "")"
        case .respond:
            return "respond"
        }
    }

    /// A header field of a refusal.
    func field(_ name: String) -> String? {
        guard case .refuse(let refusal) = self else { return nil }
        let lines = String(decoding: refusal.fields, as: UTF8.self).split(separator: "\r\n")
        let line = lines.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
        return line.map { String($0.dropFirst(name.utf8.count + 2)) }
    }

    var location: String? { self.field("Location") }

    /// The reason in a problem body.
    var reason: String? { self.problem?["reason"]?.stringValue }

    var problem: JSONObject? {
        guard case .refuse(let refusal) = self, !refusal.body.isEmpty else { return nil }
        let body = refusal.body
        let value = try? JSONValue(parsing: body, limits: .standard)
        return value?.objectValue
    }

    var permit: Permit? {
        guard case .forward(let permit) = self else { return nil }
        return permit
    }
}
