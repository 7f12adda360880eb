/// Strict base64url of RFC 7515 section 2: no padding, no line breaks, no stray bits.
package enum Base64URL {
    /// The bytes that `text` encodes, or nil if it is not the one encoding of any bytes.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let tail = text.count % 4
        guard tail != 1 else { return nil }
        let size = text.count / 4 * 3 + (tail == 0 ? 0 : tail - 1)
        var bytes = [UInt8](repeating: 0, count: size)
        let isValid = unsafe text.withUnsafeBufferPointer { text in
            unsafe bytes.withUnsafeMutableBufferPointer { unsafe self.decode(text, into: $0) }
        }
        return isValid ? bytes : nil
    }

    package static func decode(_ text: String) -> [UInt8]? {
        self.decode(Array(text.utf8).span)
    }

    /// The encoding of `bytes`, without padding.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var buffer: UInt32 = 0
        var bits = 0
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                text.append(self.alphabet[Int(buffer >> UInt32(bits) & 0x3F)])
            }
        }
        if bits > 0 {
            text.append(self.alphabet[Int(buffer << UInt32(6 - bits) & 0x3F)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Base64URL {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
    )

    // For each of four characters in a row, the bits it stands for among the 24 of all four.
    private static let bits: [UInt32] = {
        var bits = [UInt32](repeating: Base64URL.invalid, count: 4 * 256)
        for (value, character) in Base64URL.alphabet.enumerated() {
            for place in 0..<4 {
                bits[place * 256 + Int(character)] = UInt32(value) << (18 - 6 * UInt32(place))
            }
        }
        return bits
    }()

    // Marks a byte outside the alphabet.
    private static let invalid: UInt32 = 1 << 31

    // INVARIANT: `output` has room for three bytes of every four, and for one less than the rest of
    // `text`, which is never one byte. Every part is as long as its own index says, so that this
    // costs no checks: it reads every byte of every new token.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        unsafe self.bits.withUnsafeBufferPointer { bits in
            var all: UInt32 = 0
            var written = 0
            var position = 0
            while position + 4 <= text.count {
                let first = unsafe bits[Int(text[position])] | bits[256 + Int(text[position + 1])]
                let last =
                    unsafe bits[512 + Int(text[position + 2])]
                    | bits[768 + Int(text[position + 3])]
                let four = first | last
                all |= four
                unsafe output[written] = UInt8(truncatingIfNeeded: four >> 16)
                unsafe output[written + 1] = UInt8(truncatingIfNeeded: four >> 8)
                unsafe output[written + 2] = UInt8(truncatingIfNeeded: four)
                position += 4
                written += 3
            }
            guard position < text.count else { return all < self.invalid }

            var rest = unsafe bits[Int(text[position])] | bits[256 + Int(text[position + 1])]
            unsafe output[written] = UInt8(truncatingIfNeeded: rest >> 16)
            guard position + 2 < text.count else {
                return (all | rest) < self.invalid && rest & 0xFFFF == 0
            }

            rest |= unsafe bits[512 + Int(text[position + 2])]
            unsafe output[written + 1] = UInt8(truncatingIfNeeded: rest >> 8)
            return (all | rest) < self.invalid && rest & 0xFF == 0
        }
    }
}
