internal import NIOCore

/// What is known about a client connection, settled once when it is accepted.
struct ConnectionInfo {
    let eventLoop: any EventLoop
    /// The peer's IP address as text, without a port; `unix` for a Unix socket.
    let peer: [UInt8]
    /// Whether the peer is one of the configured trusted proxies.
    let isTrustedProxy: Bool
    let isTLS: Bool
}
