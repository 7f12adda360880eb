internal import NIOCore

/// Everything the proxy needs to know, as plain values.
struct ProxySettings: Sendable {
    /// Where clients connect.
    var listeners: [SocketEndpoint]
    /// The servers of the application; never empty.
    var upstreams: [UpstreamAddress]
    var upstreamSpeaksHTTP2 = false
    var balance = UpstreamBalance.leastLoaded
    /// Nil where nobody asks the servers how they are.
    var health: UpstreamCheck?
    var ejection = (failures: 5, duration: TimeAmount.seconds(10))
    var trustedProxies: [IPNetwork] = []
    /// Whether connections begin with a PROXY protocol header.
    var takesProxyHeader = false
    /// The certificate that clients see; nil where they connect without TLS.
    var tls: TLSContextSource?
    var asksForClientCertificates = false
    /// Nil where clients may not speak HTTP/2.
    var http2: HTTP2Limits? = HTTP2Limits()
    var limits = ProxyLimits()
    var descriptors = DescriptorBudget(limit: .max)
    /// What one client may take; nothing is counted unless it says so.
    var clients = ClientLimits()
    /// Event loops that serve connections; the number of judges is the same.
    var loops = 1
}

/// Where judged requests go.
enum UpstreamAddress: Sendable {
    case tcp(host: String, port: Int)
    /// TLS with a verified certificate; `serverName` is sent as SNI and must be in it.
    case tls(host: String, port: Int, context: TLSContextSource, serverName: String?)
    case unix(path: String)
}

/// The sizes and times of `limits:`, and some that are not worth a knob.
struct ProxyLimits: Sendable {
    var headerBytes = 32 * 1024
    var headerReadTimeout = TimeAmount.seconds(10)
    var idleTimeout = TimeAmount.seconds(60)
    var connectTimeout = TimeAmount.seconds(5)
    var responseTimeout = TimeAmount.seconds(60)
    var drainTimeout = TimeAmount.seconds(10)
    /// Idle upstream connections kept per event loop.
    var idleUpstreamConnections = 256
    /// How long an idle upstream connection is kept: below what common servers allow.
    var upstreamIdleTimeout = TimeAmount.seconds(30)
    /// A refused request's body up to this size is read, so that the connection can be kept.
    var discardedBody: UInt64 = 1024 * 1024
    /// The largest response head an upstream may send, and its largest trailers.
    var responseHeaderBytes = 64 * 1024
    /// How long a connection that is closing waits for the client to stop sending.
    var lingerTimeout = TimeAmount.seconds(2)
    /// Interim responses (1xx) that one request may get.
    var interimResponses = 32
}

extension ProxyLimits {
    /// How often deadlines are looked at: a twentieth of the shortest one, within reason.
    var tickInterval: TimeAmount {
        let shortest = [
            self.headerReadTimeout, self.idleTimeout, self.responseTimeout,
        ].min()
        let interval = (shortest ?? .seconds(1)).nanoseconds / 20
        return .nanoseconds(min(max(interval, 10_000_000), 500_000_000))
    }
}
