/// ASCII bytes by name, and the character classes of RFC 3986 and RFC 9110.
extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let hash: UInt8 = 0x23
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let hyphen: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let equals: UInt8 = 0x3D
    static let questionMark: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D

    var isControl: Bool { (self < 0x20 && self != .tab) || self == 0x7F }

    var isBlank: Bool { self == .space || self == .tab }

    var isDigit: Bool { self &- .zero < 10 }

    var isAlphanumeric: Bool { self.isDigit || (self | 0x20) &- 0x61 < 26 }

    /// RFC 9110 section 5.6.2: `tchar`.
    @inline(__always) var isToken: Bool {
        self.isIn(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// RFC 3986 section 2.3.
    var isUnreserved: Bool { self.isIn(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    /// RFC 3986 section 3.3: `pchar`, without `%`.
    var isPathByte: Bool { self.isIn(low: 0x2FFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }

    /// RFC 3986 section 3.2.2: a byte of `reg-name`, without `%`.
    var isHostByte: Bool { self.isIn(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self &- 0x30
        case 0x41...0x46: self &- 0x37
        case 0x61...0x66: self &- 0x57
        default: nil
        }
    }

    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// Membership in a set of ASCII bytes, given as two words with one bit per byte.
    @inline(__always) private func isIn(low: UInt64, high: UInt64) -> Bool {
        guard self < 0x80 else { return false }
        return (self < 64 ? low : high) >> UInt64(self & 63) & 1 == 1
    }
}
