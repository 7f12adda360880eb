internal import NIOCore

extension ProxySettings {
    /// What the configuration says about the wire.
    init(_ configuration: Configuration, certificates: Certificates, loops: Int) {
        self.init(
            listeners: [configuration.listen],
            upstreams: configuration.upstream.servers.map {
                UpstreamAddress($0, configuration.upstream.tls, certificates)
            },
            upstreamSpeaksHTTP2: configuration.upstream.applicationProtocol == .http2,
            balance: UpstreamBalance(configuration.upstream.balance),
            health: configuration.upstream.health.map(UpstreamCheck.init),
            ejection: (
                configuration.upstream.ejection.after,
                TimeAmount(configuration.upstream.ejection.duration)
            ),
            trustedProxies: configuration.trustedProxies,
            takesProxyHeader: configuration.takesProxyProtocol,
            tls: certificates.listener,
            asksForClientCertificates: configuration.tls?.clientCA != nil,
            http2: HTTP2Limits(configuration.http2),
            limits: ProxyLimits(configuration.limits),
            clients: configuration.limits.clients,
            loops: loops
        )
    }
}

extension UpstreamAddress {
    fileprivate init(
        _ server: UpstreamServer,
        _ tls: UpstreamTLS,
        _ certificates: Certificates
    ) {
        switch (server.endpoint, certificates.upstream) {
        case (.unix(let path), _):
            self = .unix(path: path)
        case (.tcp(let host, let port), let context?) where server.usesTLS:
            // RFC 6066 section 3: literal addresses are not permitted in SNI.
            let name = tls.serverName ?? (IPAddress(host) == nil ? host : nil)
            self = .tls(host: host, port: port, context: context, serverName: name)
        case (.tcp(let host, let port), _):
            self = .tcp(host: host, port: port)
        }
    }
}

extension UpstreamBalance {
    fileprivate init(_ balance: UpstreamConfiguration.Balance) {
        switch balance {
        case .leastLoaded: self = .leastLoaded
        case .roundRobin: self = .roundRobin
        }
    }
}

extension UpstreamCheck {
    fileprivate init(_ check: HealthCheck) {
        self.init(
            path: check.path,
            interval: TimeAmount(check.interval),
            timeout: TimeAmount(check.timeout),
            healthyAfter: check.healthyAfter,
            unhealthyAfter: check.unhealthyAfter
        )
    }
}

extension HTTP2Limits {
    /// Nil where HTTP/2 is switched off.
    fileprivate init?(_ configuration: HTTP2Configuration) {
        guard configuration.isEnabled else { return nil }
        self.init()
        self.maximumStreams = configuration.maximumStreams
        self.maximumResets = configuration.maximumResets
        self.maximumControlFrames = configuration.maximumControlFrames
    }
}

extension ProxyLimits {
    fileprivate init(_ limits: Limits) {
        self.init()
        self.headerBytes = limits.headerBytes
        self.headerReadTimeout = TimeAmount(limits.headerReadTimeout)
        self.idleTimeout = TimeAmount(limits.idleTimeout)
        self.connectTimeout = TimeAmount(limits.connectTimeout)
        self.responseTimeout = TimeAmount(limits.responseTimeout)
        self.drainTimeout = TimeAmount(limits.drainTimeout)
    }
}
