/// Text as HTML and XML write it down, between tags and inside quotes alike.
///
/// Every page and report escapes here, and nowhere else.
package enum MarkupText {
    package static func escaped(_ text: String) -> String {
        var out: [UInt8] = []
        Self.append(text, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    // Control characters are not allowed in documents at all, and some confuse old parsers.
    package static func append(_ text: String, to out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): out += "&amp;".utf8
            case UInt8(ascii: "<"): out += "&lt;".utf8
            case UInt8(ascii: ">"): out += "&gt;".utf8
            case UInt8(ascii: "\""): out += "&quot;".utf8
            case UInt8(ascii: "'"): out += "&#39;".utf8
            case 0x0A, 0x09: out.append(byte)
            case 0..<0x20, 0x7F: out.append(UInt8(ascii: " "))
            default: out.append(byte)
            }
        }
    }
}
