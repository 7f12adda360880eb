internal import HTTPMessage

/// Where a client is, for limits: an address that it cannot choose at will.
struct ClientAddress: Hashable, Sendable {
    /// Nil where only a socket of this machine is known.
    let text: String?

    /// The peer, or what trusted proxies say about theirs.
    init(
        _ head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo,
        trusting proxies: [IPNetwork]
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
            guard let number = IPAddress(address) else { return false }
            return !proxies.contains { $0.contains(number) }
        }
        self.text = client ?? (peer == "unix" ? nil : peer)
    }

    /// What limits go by: of an IPv6 address the network, which one client has to itself.
    var network: String? {
        guard let text, case .v6(let number) = IPAddress(text) else { return self.text }
        return String(number >> 64, radix: 16)
    }
}
