internal import HTTPMessage
internal import NIOCore

/// Where a client is, for limits: an address that it cannot choose at will.
struct ClientAddress: Hashable, Sendable {
    /// Nil where only a socket of this machine is known.
    let text: String?

    /// The peer, or what trusted proxies say about theirs.
    init(
        _ head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo,
        trusting proxies: [AddressBlock]
    ) {
        let peer = String(decoding: connection.peer, as: UTF8.self)
        guard connection.isTrustedProxy else {
            self.text = peer == "unix" ? nil : peer
            return
        }
        // Each proxy appends whom it saw, so the last one that is no proxy of ours is the client.
        var chain: [String] = []
        for field in head.fields where field.known == .xForwardedFor {
            chain += head.text(field.value).split(separator: ",").map {
                String($0.filter { $0 != " " && $0 != "\t" })
            }
        }
        let client = chain.last { address in
            guard let bytes = try? SocketAddress(ipAddress: address, port: 0).ipBytes else {
                return false
            }
            return !proxies.contains { $0.contains(bytes) }
        }
        self.text = client ?? (peer == "unix" ? nil : peer)
    }

    /// What limits go by: of an IPv6 address the network, which one client has to itself.
    var network: String? {
        guard let text else { return nil }
        guard let bytes = try? SocketAddress(ipAddress: text, port: 0).ipBytes, bytes.count == 16
        else { return text }
        return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
    }
}
