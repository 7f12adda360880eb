internal import HTTPMessage
internal import NIOCore
internal import NIOSSL

/// How a client connection came in, gathered before its first request.
struct Arrival {
    /// Where the client is, if a load balancer told; else the peer is the client.
    var source: SocketAddress?
    var isTLS = false
    /// The verified certificate of the client, in DER; empty when there is none.
    var certificate: [UInt8] = []

    enum ApplicationProtocol {
        case http1
        case http2
    }
}

extension Arrival {
    /// Sets up an accepted connection, up to where HTTP begins.
    static func accept(_ channel: any Channel, _ loop: ProxyLoop) throws {
        guard loop.settings.takesProxyHeader else { return try Arrival().open(channel, loop) }
        try channel.pipeline.syncOperations.addHandler(ProxyHeaderReader(loop: loop))
    }

    /// What follows once it is known where the client is: TLS, or HTTP at once.
    func open(_ channel: any Channel, _ loop: ProxyLoop) throws {
        guard let tls = loop.settings.tls else {
            return try self.begin(.http1, on: channel, loop)
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: tls.current))
        try pipeline.addHandler(TLSHandshake(loop: loop, arrival: self))
    }

    /// Hands the connection to whoever speaks `version`.
    func begin(
        _ version: ApplicationProtocol,
        on channel: any Channel,
        _ loop: ProxyLoop
    ) throws {
        switch version {
        case .http2:
            try HTTP2ClientConnection.begin(
                on: channel,
                loop,
                info: ConnectionInfo(
                    channel: channel,
                    arrival: self,
                    trusting: loop.settings.trustedProxies
                ),
                limits: loop.settings.http2 ?? HTTP2Limits()
            )
        case .http1:
            let handler = ClientHandler(loop: loop, arrival: self)
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }
}

extension ConnectionInfo {
    init(channel: any Channel, arrival: Arrival, trusting proxies: [IPNetwork]) {
        let address = arrival.source ?? channel.remoteAddress
        let number = address.flatMap { IPAddress($0) }
        self.init(
            eventLoop: channel.eventLoop,
            peer: Array((address?.ipAddress ?? "unix").utf8),
            isTrustedProxy: number.map { number in proxies.contains { $0.contains(number) } }
                ?? false,
            isTLS: arrival.isTLS,
            certificate: arrival.certificate
        )
    }
}
