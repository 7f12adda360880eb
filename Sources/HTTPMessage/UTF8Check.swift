/// Checks bytes one by one for well-formed UTF-8 (Unicode 15, table 3-7).
struct UTF8Check {
    private var remaining = 0
    /// The bytes allowed next, which are fewer than all after some leading bytes.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    var isComplete: Bool { self.remaining == 0 }

    mutating func accepts(_ byte: UInt8) -> Bool {
        guard self.remaining == 0 else { return self.continues(byte) }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: return self.expect(1)
        case 0xE0: return self.expect(2, from: 0xA0)
        case 0xED: return self.expect(2, upTo: 0x9F)
        case 0xE1...0xEF: return self.expect(2)
        case 0xF0: return self.expect(3, from: 0x90)
        case 0xF1...0xF3: return self.expect(3)
        case 0xF4: return self.expect(3, upTo: 0x8F)
        default: return false
        }
    }

    private mutating func continues(_ byte: UInt8) -> Bool {
        guard self.low <= byte, byte <= self.high else { return false }
        return self.expect(self.remaining - 1)
    }

    private mutating func expect(
        _ count: Int,
        from low: UInt8 = 0x80,
        upTo high: UInt8 = 0xBF
    ) -> Bool {
        self.remaining = count
        self.low = low
        self.high = high
        return true
    }
}
