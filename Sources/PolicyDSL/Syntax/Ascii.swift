/// The bytes that the language gives a meaning to.
enum Ascii {
    static let tab = UInt8(ascii: "\t")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let space = UInt8(ascii: " ")
    static let quote = UInt8(ascii: "\"")
    static let number = UInt8(ascii: "#")
    static let slash = UInt8(ascii: "/")
    static let dot = UInt8(ascii: ".")
    static let dash = UInt8(ascii: "-")
    static let percent = UInt8(ascii: "%")
    static let star = UInt8(ascii: "*")
    static let equals = UInt8(ascii: "=")

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39
    }

    static func isLower(_ byte: UInt8) -> Bool {
        byte >= 0x61 && byte <= 0x7A
    }

    static func isUpper(_ byte: UInt8) -> Bool {
        byte >= 0x41 && byte <= 0x5A
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        Self.isLower(byte) || Self.isUpper(byte)
    }

    /// Whether a NAME may hold this byte.
    static func isNamePart(_ byte: UInt8) -> Bool {
        Self.isLower(byte) || Self.isDigit(byte) || byte == Self.dash
    }

    /// Tabs, spaces and line breaks; newlines mean nothing in the language.
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == Self.space || byte == Self.tab || byte == Self.lineFeed
            || byte == Self.carriageReturn
    }

    static func isControl(_ byte: UInt8) -> Bool {
        byte < Self.space || byte == 0x7F
    }

    /// Whether this byte is the second or a later one of a scalar in UTF-8.
    static func continuesScalar(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }

    /// Two upper-case hexadecimal digits.
    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
