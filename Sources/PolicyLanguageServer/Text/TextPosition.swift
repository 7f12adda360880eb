internal import JSON

/// A place as editors count: lines from zero, and units of the negotiated encoding from zero.
struct TextPosition: Hashable, Comparable {
    var line: Int
    var character: Int

    static func < (left: TextPosition, right: TextPosition) -> Bool {
        (left.line, left.character) < (right.line, right.character)
    }
}

struct TextRange: Hashable {
    var start: TextPosition
    var end: TextPosition

    func touches(_ other: TextRange) -> Bool {
        self.start <= other.end && other.start <= self.end
    }
}

/// How the characters of a line are counted.
enum PositionEncoding: String {
    case utf8 = "utf-8"
    case utf16 = "utf-16"

    /// How many units the scalar takes that begins with `byte`; none for its later bytes.
    func units(ofScalarByte byte: UInt8) -> Int {
        switch self {
        case .utf8: 1
        case .utf16: byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1
        }
    }
}

extension TextPosition {
    init?(_ json: JSONValue?) {
        guard let line = json?["line"]?.integerValue,
            let character = json?["character"]?.integerValue, line >= 0, character >= 0
        else { return nil }
        self.init(line: Int(line), character: Int(character))
    }

    var json: JSONValue {
        ["line": .integer(Int64(self.line)), "character": .integer(Int64(self.character))]
    }
}

extension TextRange {
    init?(_ json: JSONValue?) {
        guard let start = TextPosition(json?["start"]), let end = TextPosition(json?["end"]) else {
            return nil
        }
        self.init(start: start, end: end)
    }

    var json: JSONValue { ["start": self.start.json, "end": self.end.json] }
}
