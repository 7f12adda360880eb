/// An IPv4 or IPv6 address as a number.
enum IPAddress: Hashable, Sendable {
    case v4(UInt32)
    case v6(UInt128)

    /// Reads dotted decimal or RFC 4291 text; a mapped IPv4 address becomes that IPv4 address.
    init?(_ text: some StringProtocol) {
        if let number = Self.parseV4(text) {
            self = .v4(number)
            return
        }
        guard let number = Self.parseV6(text) else { return nil }
        self.init(number)
    }

    /// The address with this IPv6 number; a mapped IPv4 address becomes that IPv4 address.
    init(_ number: UInt128) {
        self = number >> 32 == 0xFFFF ? .v4(UInt32(truncatingIfNeeded: number)) : .v6(number)
    }

    var isLoopback: Bool {
        switch self {
        case .v4(let number): number >> 24 == 127
        case .v6(let number): number == 1
        }
    }

    // Strict dotted decimal: a leading zero means octal to some readers and is refused.
    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part == "0" || !part.hasPrefix("0") else {
                return nil
            }
            guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            guard let octet = UInt8(part) else { return nil }
            number = number << 8 | UInt32(octet)
        }
        return number
    }

    private static func parseV6(_ text: some StringProtocol) -> UInt128? {
        guard let gap = text.firstRange(of: "::") else {
            guard let groups = Self.groups(text), groups.count == 8 else { return nil }
            return Self.number(groups)
        }
        let head = text[..<gap.lowerBound]
        let tail = text[gap.upperBound...]
        guard let before = Self.groups(head), let after = Self.groups(tail) else { return nil }
        let missing = 8 - before.count - after.count
        guard missing >= 1 else { return nil }
        return Self.number(before + Array(repeating: 0, count: missing) + after)
    }

    private static func groups(_ text: some StringProtocol) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let v4 = Self.parseV4(part) else { return nil }
                groups.append(UInt16(v4 >> 16))
                groups.append(UInt16(truncatingIfNeeded: v4))
                continue
            }
            guard (1...4).contains(part.utf8.count), !part.hasPrefix("+") else { return nil }
            guard let group = UInt16(part, radix: 16) else { return nil }
            groups.append(group)
        }
        return groups
    }

    private static func number(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}

/// A block of addresses, `10.0.0.0/8` or one address.
struct IPNetwork: Hashable, Sendable {
    let base: IPAddress
    let prefixLength: Int
}

extension IPNetwork {
    enum Problem: Error, Equatable {
        case malformed
        /// The block holds every address.
        case wildcard
        /// Bits are set behind the prefix.
        case hostBits
    }

    /// Reads CIDR notation (RFC 4632); a bare address is a block of one.
    init(parsing text: String) throws(Problem) {
        guard text != "*" else { throw .wildcard }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let base = IPAddress(first) else {
            throw .malformed
        }
        let width = base.width
        var length = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(parts[1]), number <= width
            else { throw .malformed }
            length = number
        }
        guard length > 0 else { throw .wildcard }
        guard base.masked(to: length) == base else { throw .hostBits }
        self.base = base
        self.prefixLength = length
    }

    func contains(_ address: IPAddress) -> Bool {
        address.width == self.base.width && address.masked(to: self.prefixLength) == self.base
    }
}

extension IPAddress {
    fileprivate var width: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }

    fileprivate func masked(to length: Int) -> IPAddress {
        switch self {
        case .v4(let number): .v4(number & ~(length >= 32 ? 0 : UInt32.max >> length))
        case .v6(let number): .v6(number & ~(length >= 128 ? 0 : UInt128.max >> length))
        }
    }
}

extension IPAddress: CustomStringConvertible {
    var description: String {
        switch self {
        case .v4(let number):
            [24, 16, 8, 0].map { String(number >> $0 & 0xFF) }.joined(separator: ".")
        case .v6(let number):
            stride(from: 112, through: 0, by: -16)
                .map { String(UInt16(truncatingIfNeeded: number >> $0), radix: 16) }
                .joined(separator: ":")
        }
    }
}

extension IPNetwork: CustomStringConvertible {
    var description: String { "\(self.base)/\(self.prefixLength)" }
}
