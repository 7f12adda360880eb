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
    /// What limits its requests; nil where they are not limited by the connection they come on.
    var account: ClientAccount?

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
    ///
    /// - Throws: The client has too many connections: this one is to be closed without a word,
    ///   which is all that costs us less than it costs the client.
    func open(_ channel: any Channel, _ loop: ProxyLoop) throws {
        var arrival = self
        try arrival.register(channel, loop)
        guard let tls = loop.settings.tls else {
            return try arrival.begin(.http1, on: channel, loop)
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: tls.current))
        try pipeline.addHandler(TLSHandshake(loop: loop, arrival: arrival))
    }

    // The connections of a trusted proxy are nobody's in particular.
    private mutating func register(
        _ channel: any Channel,
        _ loop: ProxyLoop
    ) throws(TooManyConnections) {
        let accounts = loop.clients.accounts
        guard !accounts.limits.isOff, let address = self.address(of: channel),
            !loop.settings.trustedProxies.contains(where: { $0.contains(address) })
        else { return }
        let client = ClientNetwork(address)
        guard let account = accounts.open(client, at: loop.now) else { throw TooManyConnections() }
        self.account = account
        channel.closeFuture.whenComplete { _ in accounts.close(client) }
    }

    private func address(of channel: any Channel) -> IPAddress? {
        (self.source ?? channel.remoteAddress).flatMap { IPAddress($0) }
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

struct TooManyConnections: Error {}

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
            certificate: arrival.certificate,
            account: arrival.account
        )
    }
}
