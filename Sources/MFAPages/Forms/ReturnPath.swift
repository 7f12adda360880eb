/// Where the user wanted to go: a path on this very origin, and nothing else.
///
/// Browsers read more as a host than RFC 3986 does, so everything that any of them might take for
/// one is refused, encoded or not.
package struct ReturnPath: Hashable, Sendable {
    package static let maximumBytes = 2_048

    /// Path and query, ready for `Location`.
    package let text: String

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= Self.maximumBytes,
            bytes.allSatisfy(Self.isAllowed)
        else { return nil }
        let path = bytes.prefix { $0 != UInt8(ascii: "?") }
        let segments = path.dropFirst().split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        // An empty segment before the last one is `//`; the last one is a trailing slash.
        guard segments.dropLast().allSatisfy({ !$0.isEmpty }),
            segments.allSatisfy({ !Self.isDeceptive(Array($0)) }),
            segments.first.map({ !$0.elementsEqual(".gatekeeper".utf8) }) ?? true
        else { return nil }
        self.text = text
    }

    // RFC 3986: no control bytes, spaces, fragments, backslashes or bytes beyond ASCII.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"),
            UInt8(ascii: "|"), UInt8(ascii: "}"):
            false
        default: (0x21...0x7E).contains(byte)
        }
    }

    // Dot segments and encoded slashes would name another path than the one that is read.
    private static func isDeceptive(_ segment: [UInt8]) -> Bool {
        let text = String(decoding: segment, as: UTF8.self).lowercased()
        guard !["%2f", "%5c", "%00", "%0a", "%0d", "%09"].contains(where: text.contains)
        else { return true }
        let dots = text.split(separator: "%2e", omittingEmptySubsequences: false)
            .joined(separator: ".")
        return dots == "." || dots == ".."
    }

    package var path: String { String(self.text.prefix { $0 != "?" }) }
}
