internal import NIOCore

/// A range of IP addresses in CIDR notation.
struct AddressBlock: Equatable, Sendable {
    private let network: [UInt8]
    private let prefixLength: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or a single address; nil when it is neither.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        guard let address = try? SocketAddress(ipAddress: String(first), port: 0) else {
            return nil
        }
        guard let bytes = address.ipBytes else { return nil }
        var length = bytes.count * 8
        if parts.count == 2 {
            let digits = parts[1]
            guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
            guard let stated = Int(digits), stated <= length else { return nil }
            length = stated
        }
        self.network = bytes
        self.prefixLength = length
    }

    /// Whether the block is every address there is.
    var isEverything: Bool { self.prefixLength == 0 }

    /// Whether `address`, in network byte order, lies in the block.
    func contains(_ address: [UInt8]) -> Bool {
        guard address.count == self.network.count else { return false }
        let whole = self.prefixLength / 8
        guard address.prefix(whole).elementsEqual(self.network.prefix(whole)) else { return false }
        let rest = self.prefixLength % 8
        guard rest > 0 else { return true }
        let shift = UInt8(8 - rest)
        return address[whole] >> shift == self.network[whole] >> shift
    }
}

extension SocketAddress {
    /// The address in network byte order, an IPv4-mapped one as IPv4; nil for Unix sockets.
    var ipBytes: [UInt8]? {
        switch self {
        case .v4(let address):
            // sockaddr_in: family and port take four bytes, the address four.
            return unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[4..<8]) }
        case .v6(let address):
            // sockaddr_in6: family, port and flow label take eight bytes, the address sixteen.
            let bytes = unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[8..<24]) }
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            return bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
        case .unixDomainSocket:
            return nil
        }
    }
}
