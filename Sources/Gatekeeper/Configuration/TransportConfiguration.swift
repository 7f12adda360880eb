/// The certificate that clients see, and what is asked of theirs.
struct ListenerTLS: Equatable, Sendable {
    enum ClientCertificate: String, CaseIterable, Sendable {
        case required
        case optional
    }

    enum Version: String, CaseIterable, Sendable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// Paths of PEM files; the chain stands behind the certificate.
    let certificate: String
    let key: String
    /// The authorities whose client certificates are accepted; absent: none is asked for.
    let clientCA: String?
    let clientCertificate: ClientCertificate
    let minimumVersion: Version
}

/// How HTTP/2 clients are served, and what one connection of theirs may cost.
struct HTTP2Configuration: Equatable, Sendable {
    let isEnabled: Bool
    /// Requests that may run at once.
    let maximumStreams: Int
    /// Streams that may be reset, and control frames that may come, within half a minute.
    let maximumResets: Int
    let maximumControlFrames: Int
}

/// The application's servers, and how they are spoken to.
struct UpstreamConfiguration: Equatable, Sendable {
    enum ApplicationProtocol: String, CaseIterable, Sendable {
        case http1 = "http/1.1"
        case http2 = "h2"
    }

    enum Balance: String, CaseIterable, Sendable {
        case leastLoaded = "least-loaded"
        case roundRobin = "round-robin"
    }

    /// Never empty.
    let servers: [UpstreamServer]
    var applicationProtocol = ApplicationProtocol.http1
    var balance = Balance.leastLoaded
    var tls = UpstreamTLS()
    /// Absent: a server is judged by the requests it serves alone.
    var health: HealthCheck?
    var ejection = Ejection()
}

/// One place where requests go once they are allowed.
struct UpstreamServer: Equatable, Sendable {
    let endpoint: SocketEndpoint
    let usesTLS: Bool
}

/// How servers are believed over TLS, and what they are shown.
struct UpstreamTLS: Equatable, Sendable {
    /// The authorities in place of the system's, as the path of a PEM file.
    var authorities: String?
    /// The name in the server's certificate, where it is not the host of the URL.
    var serverName: String?
    /// Paths of PEM files; both or neither.
    var certificate: String?
    var key: String?
}

/// A question that is asked of every server from time to time.
struct HealthCheck: Equatable, Sendable {
    let path: String
    let interval: Duration
    let timeout: Duration
    /// Answers in a row that change what is thought of a server.
    let healthyAfter: Int
    let unhealthyAfter: Int
}

/// When a server that fails is left alone for a while.
struct Ejection: Equatable, Sendable {
    var after = 5
    var duration = Duration.seconds(10)
}
