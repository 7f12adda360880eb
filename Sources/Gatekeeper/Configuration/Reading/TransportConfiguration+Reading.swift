internal import PolicyDSL
internal import Yams

extension ListenerTLS {
    init?(reading section: Section) {
        let hasCertificate = section.required("certificate", example: "/etc/tls/tls.crt")
        let hasKey = section.required("key", example: "/etc/tls/tls.key")
        let certificate = hasCertificate ? section.path("certificate") : nil
        let key = hasKey ? section.path("key") : nil
        self.clientCA = section.path("client_ca")
        let demand = section.word("client_certificate", of: ClientCertificate.self)
        self.clientCertificate = demand ?? .required
        self.minimumVersion = section.word("min_version", of: Version.self) ?? .tls12
        if demand != nil, self.clientCA == nil {
            section.report(
                .unusedKey,
                "client_certificate",
                "no client certificate is asked for without `client_ca`"
            )
        }
        section.finish()
        guard let certificate, let key else { return nil }
        self.certificate = certificate
        self.key = key
    }
}

extension HTTP2Configuration {
    init(reading section: Section) {
        self.isEnabled = section.flag("enabled", default: true)
        self.maximumStreams = section.integer("max_streams", default: 100, in: 1...1_000)
        self.maximumResets = section.integer("max_resets", default: 200, in: 1...100_000)
        self.maximumControlFrames = section.integer(
            "max_control_frames",
            default: 1_000,
            in: 10...1_000_000
        )
        section.finish()
    }
}

extension UpstreamConfiguration {
    private static let example = "http://127.0.0.1:3000"
    private static let nowhere = UpstreamServer(
        endpoint: .tcp(host: "127.0.0.1", port: 0),
        usesTLS: false
    )

    /// Reads a URL, a list of them, or a mapping.
    init(reading root: Section) {
        guard root.required("upstream", example: Self.example) else {
            self.init(servers: [Self.nowhere])
            return
        }
        guard root.node("upstream")?.mapping != nil, let section = root.section("upstream") else {
            self.init(servers: Self.servers("upstream", of: root))
            return
        }
        let isComplete = section.required("servers", example: "[\(Self.example)]")
        self.init(servers: isComplete ? Self.servers("servers", of: section) : [Self.nowhere])
        let protocols = ApplicationProtocol.self
        self.applicationProtocol = section.word("protocol", of: protocols) ?? .http1
        self.balance = section.word("balance", of: Balance.self) ?? .leastLoaded
        self.tls = UpstreamTLS(reading: section.section("tls") ?? section.empty("tls"))
        self.health = section.section("health").flatMap(HealthCheck.init(reading:))
        self.ejection = Ejection(reading: section.section("ejection") ?? section.empty("ejection"))
        section.finish()
        self.checkKeysInUse(section)
    }

    private static func servers(_ key: String, of section: Section) -> [UpstreamServer] {
        var servers: [UpstreamServer] = []
        let texts = section.texts(key)
        for text in texts {
            guard let server = UpstreamServer(text.value) else {
                section.reading.report(
                    .badValue,
                    at: text.span,
                    "`\(text.value)` is not an upstream",
                    help: "write it like `\(Self.example)`"
                )
                continue
            }
            if servers.contains(server) {
                section.reading.report(
                    .contradiction,
                    at: text.span,
                    "`\(text.value)` stands twice"
                )
            }
            servers.append(server)
        }
        if texts.isEmpty { section.report(.badValue, key, "`\(key)` must name a server") }
        return servers.isEmpty ? [Self.nowhere] : servers
    }

    private func checkKeysInUse(_ section: Section) {
        if self.tls != UpstreamTLS(), !self.servers.contains(where: \.usesTLS) {
            section.report(.unusedKey, "tls", "no server of `upstream` is an `https` one")
        }
        if section.has("ejection"), self.servers.count == 1 {
            section.report(
                .unusedKey,
                "ejection",
                "the only server is never ejected: nothing could take its place"
            )
        }
    }
}

extension UpstreamServer {
    init?(_ text: String) {
        if text.hasPrefix("unix:") {
            guard let endpoint = SocketEndpoint(text) else { return nil }
            self.init(endpoint: endpoint, usesTLS: false)
            return
        }
        guard let origin = WebOrigin(text) else { return nil }
        self.init(
            endpoint: .tcp(host: origin.host, port: origin.port),
            usesTLS: origin.scheme == .https
        )
    }
}

extension UpstreamTLS {
    fileprivate init(reading section: Section) {
        self.authorities = section.path("ca")
        self.serverName = section.value(
            "server_name",
            "a host name",
            example: "app.internal"
        ) { text in
            guard let host = HostAndPort(text), host.port == nil else { return nil }
            return IPAddress(host.host) == nil ? host.host : nil
        }
        self.certificate = section.path("certificate")
        self.key = section.path("key")
        if (self.certificate == nil) != (self.key == nil) {
            section.report(
                .contradiction,
                self.certificate == nil ? "key" : "certificate",
                "`certificate` and `key` stand together or not at all"
            )
        }
        section.finish()
    }
}

extension HealthCheck {
    fileprivate init?(reading section: Section) {
        let path =
            section.required("path", example: "/healthz")
            ? section.value("path", "a path", example: "/healthz") { text in
                text.hasPrefix("/") && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                    ? text : nil
            } : nil
        self.interval = section.duration(
            "interval",
            default: .seconds(5),
            in: .milliseconds(100)...(.seconds(3_600))
        )
        self.timeout = section.duration("timeout", default: .seconds(2))
        self.healthyAfter = section.integer("healthy_after", default: 2, in: 1...100)
        self.unhealthyAfter = section.integer("unhealthy_after", default: 3, in: 1...100)
        section.finish()
        guard let path else { return nil }
        self.path = path
    }
}

extension Ejection {
    fileprivate init(reading section: Section) {
        self.init(
            after: section.integer("after", default: 5, in: 1...1_000),
            duration: section.duration("for", default: .seconds(10))
        )
        section.finish()
    }
}
