/// Strict base64url of RFC 7515 section 2: no padding, no line breaks, no stray bits.
package enum Base64URL {
    /// The bytes that `text` encodes, or nil if it is not the one encoding of any bytes.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let tail = text.count % 4
        guard tail != 1 else { return nil }
        let size = text.count / 4 * 3 + (tail == 0 ? 0 : tail - 1)
        var isValid = true
        let bytes = [UInt8](capacity: size) { output in
            isValid = self.decode(text, into: &output)
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

    // 0xFF marks a byte outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in Base64URL.alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    private static func decode(_ text: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Bool {
        let values = self.values.span
        var invalid: UInt8 = 0
        var position = 0
        while position + 4 <= text.count {
            let a = values[Int(text[position])]
            let b = values[Int(text[position + 1])]
            let c = values[Int(text[position + 2])]
            let d = values[Int(text[position + 3])]
            invalid |= a | b | c | d
            output.append(a << 2 | b >> 4)
            output.append(b << 4 | c >> 2)
            output.append(c << 6 | d)
            position += 4
        }
        guard position < text.count else { return invalid < 0x40 }

        let a = values[Int(text[position])]
        let b = values[Int(text[position + 1])]
        output.append(a << 2 | b >> 4)
        invalid |= a | b
        guard position + 2 < text.count else { return invalid < 0x40 && b & 0x0F == 0 }

        let c = values[Int(text[position + 2])]
        output.append(b << 4 | c >> 2)
        invalid |= c
        return invalid < 0x40 && c & 0x03 == 0
    }
}
