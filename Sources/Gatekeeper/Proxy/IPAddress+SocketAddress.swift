internal import NIOCore

extension IPAddress {
    /// The address of a peer, an IPv4-mapped one as IPv4; nil for Unix sockets.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address):
            // sockaddr_in: family and port take four bytes, the address four.
            let bytes = unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[4..<8]) }
            self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case .v6(let address):
            // sockaddr_in6: family, port and flow label take eight bytes, the address sixteen.
            let bytes = unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[8..<24]) }
            self.init(bytes.reduce(0) { $0 << 8 | UInt128($1) })
        case .unixDomainSocket:
            return nil
        }
    }
}
