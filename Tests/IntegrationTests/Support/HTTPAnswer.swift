import JSON

/// One response as the client saw it.
struct HTTPAnswer: CustomStringConvertible {
    /// The raw text, for whatever the parts do not show.
    let text: String
    let status: Int
    let body: String
    private let lines: [Substring]

    init(_ text: String) {
        self.text = text
        let end = text.firstRange(of: "\r\n\r\n")
        let head = text[..<(end?.lowerBound ?? text.endIndex)]
        self.body = end.map { String(text[$0.upperBound...]) } ?? ""
        self.lines = head.split(separator: "\r\n")
        self.status = Int(head.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0
    }

    var description: String { self.text }

    /// The values of every field called `name`.
    func values(of name: String) -> [String] {
        self.lines.dropFirst().compactMap { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == name.lowercased() else { return nil }
            return String(parts[1])
        }
    }

    subscript(name: String) -> String? { self.values(of: name).first }

    /// The body as JSON; null where it is none.
    var json: JSONValue {
        (try? JSONValue(parsing: Array(self.body.utf8), limits: .standard)) ?? .null
    }

    /// The word of a problem body.
    var reason: String? { self.json["reason"]?.stringValue }
}
