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
        var chain: [Substring] = []
        for field in head.fields where field.known == .xForwardedFor {
            chain += head.text(field.value).split(separator: ",")
        }
        self.text = Self.client(in: chain, trusting: proxies) ?? (peer == "unix" ? nil : peer)
    }

    // Each proxy appends whom it saw, so the last one that is no proxy of ours is the client. What
    // stands before that, or before something that is no address, anybody may have written.
    private static func client(in chain: [Substring], trusting proxies: [IPNetwork]) -> String? {
        var farthest: String?
        for entry in chain.reversed() {
            let address = Self.withoutPort(entry.filter { $0 != " " && $0 != "\t" })
            guard let number = IPAddress(address) else { break }
            farthest = address
            guard proxies.contains(where: { $0.contains(number) }) else { break }
        }
        return farthest
    }

    // Some proxies append the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func withoutPort(_ text: String) -> String {
        if text.hasPrefix("[") { return String(text.dropFirst().prefix { $0 != "]" }) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : text
    }

    /// What limits go by: of an IPv6 address the network, which one client has to itself.
    var network: String? {
        guard let text, case .v6(let number) = IPAddress(text) else { return self.text }
        return String(number >> 64, radix: 16)
    }
}
