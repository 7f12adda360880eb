/// Strict base64url of RFC 7515 section 2: no padding, no line breaks, no stray bits.
package enum Base64URL {
    /// The bytes that `text` encodes, or nil if it is not the one encoding of any bytes.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let tail = text.count % 4
        guard tail != 1 else { return nil }
        let size = text.count / 4 * 3 + (tail == 0 ? 0 : tail - 1)
        var isValid = true
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { output, count in
            isValid = unsafe text.withUnsafeBufferPointer { text in
                unsafe self.decode(text, into: output)
            }
            count = size
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

    // INVARIANT: `output` has room for three bytes of every four, and for one less than the rest of
    // `text`, which is never one byte. Every part is as long as its own index says, so that this
    // costs no checks: it reads every byte of every new token.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>,
        into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        unsafe self.values.withUnsafeBufferPointer { values in
            var invalid: UInt8 = 0
            var written = 0
            var position = 0
            while position + 4 <= text.count {
                let a = unsafe values[Int(text[position])]
                let b = unsafe values[Int(text[position + 1])]
                let c = unsafe values[Int(text[position + 2])]
                let d = unsafe values[Int(text[position + 3])]
                invalid |= a | b | c | d
                unsafe output[written] = a << 2 | b >> 4
                unsafe output[written + 1] = b << 4 | c >> 2
                unsafe output[written + 2] = c << 6 | d
                position += 4
                written += 3
            }
            guard position < text.count else { return invalid < 0x40 }

            let a = unsafe values[Int(text[position])]
            let b = unsafe values[Int(text[position + 1])]
            unsafe output[written] = a << 2 | b >> 4
            invalid |= a | b
            guard position + 2 < text.count else { return invalid < 0x40 && b & 0x0F == 0 }

            let c = unsafe values[Int(text[position + 2])]
            unsafe output[written + 1] = b << 4 | c >> 2
            invalid |= c
            return invalid < 0x40 && c & 0x03 == 0
        }
    }
}
