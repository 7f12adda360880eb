/// Where a document is: a `file:` URI with its path, or any other URI as it came.
struct DocumentAddress: Hashable, Comparable, Sendable {
    let uri: String
    /// The path on disk; nil for documents that no folder holds.
    let path: String?

    init(uri: String) {
        self.uri = uri
        self.path = Self.path(of: uri)
    }

    init(path: String) {
        self.uri = "file://" + Self.encoded(path)
        self.path = path
    }

    static func < (left: DocumentAddress, right: DocumentAddress) -> Bool { left.uri < right.uri }

    /// Two spellings of one file are the same document.
    static func == (left: DocumentAddress, right: DocumentAddress) -> Bool {
        guard let path = left.path, let other = right.path else {
            return left.uri.utf8.elementsEqual(right.uri.utf8)
        }
        return path.utf8.elementsEqual(other.utf8)
    }

    func hash(into hasher: inout Hasher) { hasher.combine(self.path ?? self.uri) }

    var folder: String? {
        guard let path = self.path, let slash = path.lastIndex(of: "/") else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last part of the path or URI.
    var name: String {
        let text = self.path ?? self.uri
        return text.split(separator: "/").last.map(String.init) ?? text
    }

    private static func path(of uri: String) -> String? {
        let scheme = "file://"
        guard uri.lowercased().hasPrefix(scheme) else { return nil }
        let rest = uri.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        var bytes: [UInt8] = []
        var encoded = rest[slash...].utf8.makeIterator()
        while let byte = encoded.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = encoded.next(), let low = encoded.next(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func encoded(_ path: String) -> String {
        path.utf8.map { byte -> String in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"):
                return String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }.joined()
    }
}
