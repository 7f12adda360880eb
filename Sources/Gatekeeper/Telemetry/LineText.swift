internal import HTTPMessage
internal import PolicyDSL

extension UInt8 {
    /// Whether the byte is ASCII that a JSON string holds without an escape.
    fileprivate var standsForItself: Bool {
        self >= 0x20 && self < 0x7F && self != 0x22 && self != 0x5C
    }
}

// The few pieces that log lines and metric pages are made of.
extension [UInt8] {
    mutating func append(text: String) {
        self.append(copying: text.utf8.span)
    }

    mutating func append(quotedOrNull text: String?) {
        if let text { self.append(quoted: text) } else { self.append("null") }
    }

    mutating func append(quotedOrNull time: Instant?) {
        guard let time else { return self.append("null") }
        self.append(0x22)
        time.append(to: &self)
        self.append(0x22)
    }

    mutating func append(quoted text: String) {
        self.append(quoted: text.utf8.span)
    }

    /// Appends bytes as a JSON string; what is not UTF-8 becomes U+FFFD.
    mutating func append(quoted bytes: Span<UInt8>) {
        self.append(0x22)
        // Most methods, hosts and paths are written as they are.
        if bytes.indices.allSatisfy({ bytes[$0].standsForItself }) {
            self.append(copying: bytes)
            self.append(0x22)
            return
        }
        let start = self.count
        var isASCII = true
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case 0x22, 0x5C:
                self.append(0x5C)
                self.append(byte)
            case 0x00..<0x20, 0x7F:
                self.append(text: #"\u00"#)
                let digits: [UInt8] = Array("0123456789abcdef".utf8)
                self.append(digits[Int(byte >> 4)])
                self.append(digits[Int(byte & 0xF)])
            default:
                isASCII = isASCII && byte < 0x80
                self.append(byte)
            }
        }
        if !isASCII {
            let repaired = String(decoding: self[start...], as: UTF8.self)
            self.replaceSubrange(start..., with: repaired.utf8)
        }
        self.append(0x22)
    }
}
