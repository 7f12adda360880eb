/// A head or trailers that were written for HTTP/1.1, as the fields of HTTP/2.
package struct HTTP2Fields {
    package var fields: [(name: String, value: String)] = []
    /// Whether data follow the head.
    package var hasBody = false
    /// The length of the data, where the head tells it.
    package var length: UInt64?
    /// Whether the head asks for another protocol, which HTTP/2 has other ways for.
    package var switches = false

    /// Ready field lines, each ending in CR LF.
    package init(lines: [UInt8]) {
        self.append(lines[...])
    }

    /// A whole request head.
    ///
    /// - `scheme`: the one of the connection that it goes to.
    package init(request head: [UInt8], scheme: String) {
        let (line, lines) = Self.split(head)
        let parts = line.split(separator: .space, maxSplits: 2)
        let method = parts.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let target = parts.dropFirst().first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.append(lines)
        // RFC 9113 section 8.3.1: the Host of HTTP/1.1 is the authority here.
        let host = self.fields.firstIndex { $0.name == "host" }.map { self.fields.remove(at: $0) }
        self.fields.insert(
            contentsOf: [
                (":method", method), (":scheme", scheme), (":authority", host?.value ?? ""),
                (":path", target),
            ],
            at: 0
        )
    }

    /// A whole response head.
    package init(response head: [UInt8]) {
        let (line, lines) = Self.split(head)
        let parts = line.split(separator: .space, maxSplits: 2)
        let status = parts.dropFirst().first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        self.fields.append((":status", status))
        self.append(lines)
    }

    private static func split(_ head: [UInt8]) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
        let end = head.firstIndex(of: .carriageReturn) ?? head.endIndex
        return (head[..<end], head[min(end + 2, head.endIndex)...])
    }

    private mutating func append(_ lines: ArraySlice<UInt8>) {
        var rest = lines
        while let end = rest.firstIndex(of: .carriageReturn), end > rest.startIndex {
            self.append(line: rest[..<end])
            rest = rest[min(end + 2, rest.endIndex)...]
        }
    }

    private mutating func append(line: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: .colon) else { return }
        let name = String(decoding: line[..<colon].map(\.lowercased), as: UTF8.self)
        let bytes = line[(colon + 1)...].drop { $0.isBlank }
        let value = String(decoding: bytes, as: UTF8.self)
        switch name {
        // RFC 9113 section 8.2.2: what concerns one connection of HTTP/1.1 ends here.
        case "connection", "keep-alive", "proxy-connection", "http2-settings":
            return
        case "transfer-encoding":
            self.hasBody = true
            return
        case "upgrade":
            self.switches = true
            return
        case "content-length":
            self.length = UInt64(value)
            self.hasBody = self.length != 0
        default:
            break
        }
        self.fields.append((name, value))
    }
}
