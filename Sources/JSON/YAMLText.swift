/// JSON values as YAML that reads well: mappings and lists of mappings in block style, lists of
/// words on one line.
package enum YAMLText {
    /// A whole document.
    package static func render(_ value: JSONValue) -> String {
        guard case .object(let members) = value else { return self.inline(value) + "\n" }
        return self.lines(members).joined(separator: "\n") + "\n"
    }

    private static func lines(_ members: JSONObject) -> [String] {
        members.flatMap { member -> [String] in
            let name = self.text(member.name)
            switch member.value {
            case .object(let inner) where !inner.isEmpty:
                return ["\(name):"] + self.lines(inner).map { "  \($0)" }
            case .array(let items) where items.contains { $0.objectValue != nil }:
                return ["\(name):"] + items.flatMap(self.item)
            case .object, .array, .null, .bool, .integer, .real, .string:
                return ["\(name): \(self.inline(member.value))"]
            }
        }
    }

    private static func item(_ value: JSONValue) -> [String] {
        guard case .object(let members) = value else { return ["  - \(self.inline(value))"] }
        return self.lines(members).enumerated().map { index, line in
            index == 0 ? "  - \(line)" : "    \(line)"
        }
    }

    private static func inline(_ value: JSONValue) -> String {
        switch value {
        case .null, .bool, .integer, .real: value.serialized()
        case .string(let text): self.text(text)
        case .array(let items): "[\(items.map(self.inline).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.map { "\(self.text($0.name)): \(self.inline($0.value))" }.joined(separator: ", "))}"
        }
    }

    /// The text as it stands where YAML reads that as the same text, else in JSON's quotes.
    private static func text(_ text: String) -> String {
        self.isPlain(text) ? text : JSONValue.string(text).serialized()
    }

    private static func isPlain(_ text: String) -> Bool {
        let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off"]
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        guard !words.contains(text.lowercased()), last != UInt8(ascii: ":") else { return false }
        let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
        guard isLetter || first == UInt8(ascii: "/") || first == UInt8(ascii: "_") else {
            return self.isMeasure(text)
        }
        return !text.contains(": ")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: Self.plainMarks.contains(byte)
                }
            }
    }

    private static let plainMarks = Set("-._~/:@+*?=%".utf8)

    // `10s`, `32KiB`: digits that a unit makes a word.
    private static func isMeasure(_ text: String) -> Bool {
        let units: Set<String> = ["ms", "s", "m", "h", "B", "KiB", "MiB", "GiB"]
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return !digits.isEmpty && units.contains(String(text.dropFirst(digits.count)))
    }
}
