extension JSONValue {
    /// The value as JSON text: members in their order, only the escapes that RFC 8259 requires.
    ///
    /// A real that JSON cannot express, infinite or not a number, becomes `null`.
    ///
    /// When `pretty`, members stand on lines of their own, to spread members over lines, two spaces per level.
    package func serialized(pretty: Bool = false) -> String {
        var bytes: [UInt8] = []
        self.append(to: &bytes, pretty: pretty)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the value as JSON text.
    package func append(to bytes: inout [UInt8], pretty: Bool = false) {
        self.append(to: &bytes, style: pretty ? .lines(level: 0) : .compact)
    }

    fileprivate func append(to bytes: inout [UInt8], style: Style) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .real(let value):
            bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
        case .string(let value): appendQuoted(value, to: &bytes)
        case .array(let elements): appendArray(elements, to: &bytes, style: style)
        case .object(let object): appendObject(object, to: &bytes, style: style)
        }
    }
}

/// How nested values are laid out.
private enum Style {
    case compact
    case lines(level: Int)

    var inner: Style {
        switch self {
        case .compact: .compact
        case .lines(let level): .lines(level: level + 1)
        }
    }

    var colon: String {
        switch self {
        case .compact: ":"
        case .lines: ": "
        }
    }

    func appendBreak(to bytes: inout [UInt8]) {
        switch self {
        case .compact: return
        case .lines(let level):
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * 2))
        }
    }
}

private func appendArray(_ elements: [JSONValue], to bytes: inout [UInt8], style: Style) {
    bytes.append(UInt8(ascii: "["))
    for (position, element) in elements.enumerated() {
        if position > 0 {
            bytes.append(UInt8(ascii: ","))
        }
        style.inner.appendBreak(to: &bytes)
        element.append(to: &bytes, style: style.inner)
    }
    if !elements.isEmpty {
        style.appendBreak(to: &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
}

private func appendObject(_ object: JSONObject, to bytes: inout [UInt8], style: Style) {
    bytes.append(UInt8(ascii: "{"))
    for (position, member) in object.enumerated() {
        if position > 0 {
            bytes.append(UInt8(ascii: ","))
        }
        style.inner.appendBreak(to: &bytes)
        appendQuoted(member.name, to: &bytes)
        bytes.append(contentsOf: style.colon.utf8)
        member.value.append(to: &bytes, style: style.inner)
    }
    if !object.isEmpty {
        style.appendBreak(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
}

private func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "\""): bytes.append(contentsOf: #"\""#.utf8)
        case UInt8(ascii: "\\"): bytes.append(contentsOf: #"\\"#.utf8)
        case 0x08: bytes.append(contentsOf: #"\b"#.utf8)
        case 0x09: bytes.append(contentsOf: #"\t"#.utf8)
        case 0x0A: bytes.append(contentsOf: #"\n"#.utf8)
        case 0x0C: bytes.append(contentsOf: #"\f"#.utf8)
        case 0x0D: bytes.append(contentsOf: #"\r"#.utf8)
        case 0x00..<0x20:
            let digits = String(byte, radix: 16)
            bytes.append(contentsOf: (byte < 0x10 ? #"\u000"# : #"\u00"#).utf8)
            bytes.append(contentsOf: digits.utf8)
        default: bytes.append(byte)
        }
    }
    bytes.append(UInt8(ascii: "\""))
}
