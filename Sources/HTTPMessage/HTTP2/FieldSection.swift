/// The field lines of an HTTP/2 message on their way into the syntax of HTTP/1.1, where the rules
/// for all messages stand.
///
/// What a name or value could do to that syntax is refused here (RFC 9113 section 8.2.1), so that
/// each line that is written reads back as exactly one field.
struct FieldSection {
    private(set) var lines: [UInt8] = []
    /// The values of all `cookie` fields, joined as RFC 9113 section 8.2.3 says.
    private var cookies: [UInt8] = []
    private(set) var hasLength = false
    private(set) var hasFields = false

    enum Fault: Error, Equatable {
        case name
        case value
        /// A field of HTTP/1.1's connections (RFC 9113 section 8.2.2).
        case connectionField
    }

    mutating func append(_ name: String, _ value: String) throws(Fault) {
        self.hasFields = true
        guard Self.isName(name) else { throw .name }
        guard Self.isValue(value) else { throw .value }
        switch name {
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
            "http2-settings":
            throw .connectionField
        case "te":
            guard value == "trailers" else { throw .connectionField }
        case "cookie":
            if !self.cookies.isEmpty { self.cookies.append("; ") }
            self.cookies.append(contentsOf: value.utf8)
            return
        case "content-length":
            self.hasLength = true
        default:
            break
        }
        self.write(name, value)
    }

    /// A field was read that is kept elsewhere.
    mutating func markBegun() {
        self.hasFields = true
    }

    /// Writes a line that was not received.
    mutating func write(_ name: String, _ value: String) {
        self.lines.append(contentsOf: name.utf8)
        self.lines.append(": ")
        self.lines.append(contentsOf: value.utf8)
        self.lines.append("\r\n")
    }

    /// All lines, and the empty one that ends a head.
    consuming func finished() -> [UInt8] {
        if !self.cookies.isEmpty {
            self.lines.append("cookie: ")
            self.lines.append(contentsOf: self.cookies)
            self.lines.append("\r\n")
        }
        self.lines.append("\r\n")
        return self.lines
    }
}

extension FieldSection {
    // RFC 9113 section 8.2: names are tokens without capitals.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0.isToken && !(0x41...0x5A).contains($0) }
    }

    // RFC 9113 section 8.2.1, and the control bytes that RFC 9110 section 5.5 calls invalid.
    static func isValue(_ value: String) -> Bool {
        guard let first = value.utf8.first, let last = value.utf8.last else { return true }
        return !first.isBlank && !last.isBlank && !value.utf8.contains { $0.isControl }
    }

    /// Whether every byte can stand in a request line, between its spaces.
    static func isTargetPart(_ text: String) -> Bool {
        !text.isEmpty && !text.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
    }
}
