/// One cookie of a request: the name, and the value as it was sent.
struct Cookie: Equatable, Sendable {
    var name: String
    var value: [UInt8]

    init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

extension Cookie {
    /// The cookies of one `Cookie` field value, by the rules browsers send them (RFC 6265,
    /// section 4.2.1): pairs between semicolons; a pair without `=` is skipped, quotes around a
    /// value are taken off.
    static func parse(_ field: some Collection<UInt8>) -> [Cookie] {
        field.split(separator: UInt8(ascii: ";")).compactMap { pair in
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = Self.trimmed(pair[..<equals])
            var value = Self.trimmed(pair[pair.index(after: equals)...])
            let quote = UInt8(ascii: "\"")
            if value.count >= 2, value.first == quote, value.last == quote {
                value = Array(value.dropFirst().dropLast())
            }
            guard !name.isEmpty else { return nil }
            return Cookie(name: String(decoding: name, as: UTF8.self), value: value)
        }
    }

    private static func trimmed(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let rest = Array(bytes.drop(while: isBlank))
        let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
        return Array(rest[..<end])
    }
}
