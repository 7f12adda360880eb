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
        let digits = InlineArray<32, UInt8> { index in
            let word = index < 16 ? self.high : self.low
            let nibble = UInt8(truncatingIfNeeded: word >> UInt64((15 - index & 15) * 4) & 0x0F)
            return nibble < 10 ? .zero + nibble : 0x57 + nibble
        }
        out.append(copying: digits.span)
    }
}

extension DecisionID: CustomStringConvertible {
    package var description: String {
        var digits: [UInt8] = []
        self.append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}
