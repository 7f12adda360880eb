internal import HTTPMessage
internal import PolicyDSL

extension Configuration {
    static let defaultListen = SocketEndpoint.tcp(host: "127.0.0.1", port: 8_080)
    static let defaultAdmin = SocketEndpoint.tcp(host: "127.0.0.1", port: 8_081)

    /// Reads the whole file; what cannot be read is reported and replaced by its default.
    init(reading root: Section) {
        self.listen = root.endpoint("listen") ?? Self.defaultListen
        self.admin = root.endpoint("admin") ?? Self.defaultAdmin
        self.upstream = UpstreamConfiguration(reading: root)
        self.tls = root.section("tls").flatMap(ListenerTLS.init(reading:))
        self.http2 = HTTP2Configuration(reading: root.section("http2") ?? root.empty("http2"))
        self.takesProxyProtocol = root.flag("proxy_protocol", default: false)
        self.publicURL = root.origin("public_url")
        let hasPolicy = root.required("policy", example: "policies/app.policy")
        self.policy = (hasPolicy ? root.path("policy") : nil) ?? ""
        self.issuers = IssuerConfiguration.list(reading: root)
        self.directory = root.section("directory").flatMap(DirectoryConfiguration.init(reading:))
        self.pages = PagesConfiguration(reading: root.section("pages") ?? root.empty("pages"))
        self.answer = root.word("answer", of: AnswerStyle.self) ?? .redirect
        self.allowedOrigins = root.origins("allowed_origins")
        self.returnTo = root.parameterName("return_to") ?? "return_to"
        self.routes = root.sections("routes").compactMap(RouteConfiguration.init(reading:))
        self.trustedProxies = root.networks("trusted_proxies")
        self.log = LogConfiguration(reading: root.section("log") ?? root.empty("log"))
        self.limits = Limits(reading: root.section("limits") ?? root.empty("limits"))
        root.finish()
    }
}

extension RouteConfiguration {
    init?(reading section: Section) {
        let pattern: PathPattern? =
            section.required("match", example: "/ws/**")
            ? section.value("match", "a path pattern", example: "/ws/**", parse: PathPattern.init)
            : nil
        self.answer = section.word("answer", of: AnswerStyle.self)
        var accepted: Leniency = []
        for word in section.texts("accept") {
            if let leniency = section.reading.leniency(word) { accepted.insert(leniency) }
        }
        self.accepted = accepted
        section.finish()
        guard let pattern else { return nil }
        self.pattern = pattern
    }
}

extension LogConfiguration {
    fileprivate init(reading section: Section) {
        self.decisions = section.word("decisions", of: Decisions.self) ?? .all
        self.sampleAllow = section.fraction("sample_allow", default: 1)
        self.file = section.path("file")
        self.subjects = section.word("subjects", of: Subjects.self) ?? .plain
        section.finish()
    }
}

extension Limits {
    fileprivate init(reading section: Section) {
        self.headerBytes = section.size("header_bytes", default: 32 << 10, in: 1_024...1 << 20)
        self.tokenBytes = section.size("token_bytes", default: 16 << 10, in: 256...1 << 20)
        self.cookieChunks = section.integer("cookie_chunks", default: 10, in: 1...100)
        self.headerReadTimeout = section.duration("header_read_timeout", default: .seconds(10))
        self.idleTimeout = section.duration("idle_timeout", default: .seconds(60))
        self.connectTimeout = section.duration("connect_timeout", default: .seconds(5))
        self.responseTimeout = section.duration("response_timeout", default: .seconds(60))
        self.drainTimeout = section.duration("drain_timeout", default: .seconds(10))
        self.clients = ClientLimits(
            connections: section.integer("client_connections", in: 1...1_000_000),
            rate: RequestRate(reading: section)
        )
        section.finish()
    }
}

extension RequestRate {
    fileprivate init?(reading section: Section) {
        let most = 1...1_000_000
        let perSecond = section.integer("client_requests_per_second", in: most)
        let burst = section.integer("client_burst", in: most)
        guard let perSecond else {
            if burst != nil {
                section.report(
                    .unusedKey,
                    "client_burst",
                    "nothing is limited without `client_requests_per_second`"
                )
            }
            return nil
        }
        self.init(perSecond: perSecond, burst: burst ?? perSecond)
    }
}

extension ConfigurationReading {
    fileprivate func leniency(_ text: Spanned<String>) -> Leniency? {
        if let leniency = Leniency(word: text.value.lowercased()) { return leniency }
        let words = Leniency.words.map(\.word)
        self.report(
            .unknownWord,
            at: text.span,
            "`\(text.value)` is not one of: \(words.joined(separator: ", "))",
            help: NearestWord.find(text.value, among: words).map { "did you mean `\($0)`?" }
        )
        return nil
    }
}
