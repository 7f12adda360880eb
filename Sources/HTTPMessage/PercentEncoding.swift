/// Percent-encoding as RFC 3986 defines it.
package enum PercentEncoding {
    /// The bytes behind an encoded text, or `nil` where a `%` is not followed by two hexadecimal
    /// digits.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(\.hexValue),
                let low = rest.popFirst().flatMap(\.hexValue)
            else { return nil }
            out.append(high << 4 | low)
        }
        return out
    }

    /// `text` as UTF-8, encoded.
    package static func encode(_ text: String) -> String { Self.encode(text.utf8.span) }

    /// `bytes` with every byte outside `unreserved` (RFC 3986, section 2.3) encoded, in capitals.
    package static func encode(_ bytes: Span<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count &* 3)
        for index in bytes.indices {
            let byte = bytes[index]
            if byte.isUnreserved {
                out.append(byte)
            } else {
                out.append(.percent)
                out.append(Self.digit(byte >> 4))
                out.append(Self.digit(byte & 0xF))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10
    }
}
