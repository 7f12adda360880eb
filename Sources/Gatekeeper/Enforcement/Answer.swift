/// A complete answer of ours, before it is put on a wire.
struct Answer: Equatable, Sendable {
    /// One field line; names are written as they stand.
    struct Field: Equatable, Sendable {
        let name: String
        let value: String
    }

    var status: UInt16
    var fields: [Field] = []
    var body: [UInt8] = []

    /// The value of the first field called `name`, in that spelling.
    subscript(name: String) -> String? {
        self.fields.first { $0.name == name }?.value
    }

    mutating func add(_ name: String, _ value: String) {
        self.fields.append(Field(name: name, value: value))
    }

    /// The fields as lines that end in CR LF.
    ///
    /// A byte that could end a line never gets out: values come from configuration and from
    /// percent-encoded text, and what is left of control bytes becomes a space.
    var fieldLines: [UInt8] {
        var lines: [UInt8] = []
        for field in self.fields {
            lines += field.name.utf8
            lines += ": ".utf8
            lines += field.value.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
            lines += "\r\n".utf8
        }
        return lines
    }
}
