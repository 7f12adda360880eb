/// A JSON value laid out flat, in the order of its text: each array or object stands before what it
/// holds.
///
/// One block of memory holds the whole value, and another the bytes of its strings.
struct JSONTape: Sendable {
    /// One value, or the name of a member, which stands before the member.
    enum Entry: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        case real(Double)
        /// UTF-8 at that place of the tape's text.
        case string(start: UInt32, count: UInt32)
        /// `end` is the place after the last of its elements.
        case array(count: UInt32, end: UInt32)
        /// `end` is the place after the last of its members.
        case object(count: UInt32, end: UInt32)
    }

    let text: [UInt8]
    // INVARIANT: the entries of one value. Names are strings, and distinct within an object.
    let entries: [Entry]
}

extension JSONTape.Entry {
    /// Where the bytes of a string are in the tape's text; nil for any other value.
    var bytes: Range<Int>? {
        guard case .string(let start, let count) = self else { return nil }
        return Int(start)..<Int(start + count)
    }

    /// The place after the value that begins with this entry, at `position`.
    func end(from position: Int) -> Int {
        switch self {
        case .array(_, let end), .object(_, let end): Int(end)
        case .null, .bool, .integer, .real, .string: position + 1
        }
    }
}

extension JSONTape {
    /// The largest text: what is allowed, and what has places that fit into an entry.
    static func maximumBytes(_ limits: JSONLimits) -> Int {
        min(limits.maximumBytes, Int(Int32.max))
    }

    /// The place after the value at `position`.
    func position(after position: Int) -> Int {
        self.entries[position].end(from: position)
    }

    func string(at position: Int) -> String? {
        guard let bytes = self.entries[position].bytes else { return nil }
        return String(decoding: self.text[bytes], as: UTF8.self)
    }

    /// Whether there is a string of exactly these bytes.
    func isString(_ text: Span<UInt8>, at position: Int) -> Bool {
        guard let bytes = self.entries[position].bytes, bytes.count == text.count else {
            return false
        }
        return self.text.span.extracting(bytes).hasSameBytes(as: text)
    }

    /// The place of the member of that name in the object at `position`.
    func member(_ name: Span<UInt8>, ofObjectAt position: Int) -> Int? {
        guard case .object(_, let end) = self.entries[position] else { return nil }
        var position = position + 1
        while position < end {
            if self.isString(name, at: position) { return position + 1 }
            position = self.position(after: position + 1)
        }
        return nil
    }
}
