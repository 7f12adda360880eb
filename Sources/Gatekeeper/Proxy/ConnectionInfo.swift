internal import FoundationEssentials
internal import HTTPMessage
internal import NIOCore

/// What is known about a client connection, settled once when it is accepted.
struct ConnectionInfo {
    let eventLoop: any EventLoop
    /// The peer's IP address as text, without a port; `unix` for a Unix socket.
    let peer: [UInt8]
    /// The `X-Forwarded-For` and `-Proto` lines for a peer whose own are not believed, and its
    /// certificate's.
    let forwarded: [UInt8]
    /// Whether the peer is one of the configured trusted proxies.
    let isTrustedProxy: Bool
    let isTLS: Bool
    /// The client's, where the connection is one client's and its requests are limited.
    let account: ClientAccount?

    init(
        eventLoop: any EventLoop,
        peer: [UInt8],
        isTrustedProxy: Bool,
        isTLS: Bool,
        certificate: [UInt8] = [],
        account: ClientAccount? = nil
    ) {
        self.eventLoop = eventLoop
        self.peer = peer
        self.isTrustedProxy = isTrustedProxy
        self.isTLS = isTLS
        self.account = account
        self.forwarded = RequestForwarding.forwardedLines(
            peer: peer,
            isTLS: isTLS,
            certificate: Data(certificate).base64EncodedString()
        )
    }
}

extension ConnectionInfo {
    /// What the upstream is told about where a request came from.
    var origin: RequestForwarding.Origin {
        self.isTrustedProxy
            ? .trustedProxy(peer: self.peer, isTLS: self.isTLS) : .stranger(lines: self.forwarded)
    }
}
