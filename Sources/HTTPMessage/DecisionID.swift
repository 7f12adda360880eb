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
            Self.digit(15 - index & 15, of: index < 16 ? self.high : self.low)
        }
        out.append(copying: digits.span)
    }

    /// Appends the last 16 digits, by which a trace knows the decision.
    func appendSpan(to out: inout [UInt8]) {
        let digits = InlineArray<16, UInt8> { Self.digit(15 - $0, of: self.low) }
        out.append(copying: digits.span)
    }

    private static func digit(_ place: Int, of word: UInt64) -> UInt8 {
        let nibble = UInt8(truncatingIfNeeded: word >> UInt64(place * 4) & 0x0F)
        return nibble < 10 ? .zero + nibble : 0x57 + nibble
    }
}

extension DecisionID: CustomStringConvertible {
    package var description: String {
        var digits: [UInt8] = []
        self.append(to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}
