/// The identity of one decision: 32 hexadecimal digits in headers, answers and logs.
package struct DecisionID: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Appends the 32 digits.
    package func append(to out: inout [UInt8]) {
        Self.append(self.high, to: &out)
        Self.append(self.low, to: &out)
    }

    private static func append(_ word: UInt64, to out: inout [UInt8]) {
        var word = word
        for _ in 0..<16 {
            word = word << 4 | word >> 60
            let nibble = UInt8(truncatingIfNeeded: word & 0x0F)
            out.append(nibble < 10 ? .zero + nibble : 0x57 + nibble)
        }
    }
}

extension DecisionID: CustomStringConvertible {
    package var description: String {
        var digits: [UInt8] = []
        self.append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}
