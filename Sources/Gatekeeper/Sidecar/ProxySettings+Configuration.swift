internal import NIOCore
internal import NIOSSL

extension ProxySettings {
    /// What the configuration says about the wire.
    init(_ configuration: Configuration, loops: Int) throws {
        self.init(
            listeners: [configuration.listen],
            upstream: try UpstreamAddress(configuration.upstream),
            trustedProxies: configuration.trustedProxies,
            limits: ProxyLimits(configuration.limits),
            loops: loops
        )
    }
}

extension UpstreamAddress {
    fileprivate init(_ upstream: Upstream) throws {
        switch upstream.endpoint {
        case .unix(let path):
            self = .unix(path: path)
        case .tcp(let host, let port) where upstream.usesTLS:
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.applicationProtocols = ["http/1.1"]
            self = .tls(
                host: host,
                port: port,
                context: try NIOSSLContext(configuration: configuration),
                // RFC 6066 section 3: literal addresses are not permitted in SNI.
                serverName: IPAddress(host) == nil ? host : nil
            )
        case .tcp(let host, let port):
            self = .tcp(host: host, port: port)
        }
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
