extension JSONTape {
    /// Reads a plain text: one line of UTF-8 without escapes, with whole numbers of at most 18 digits
    /// and objects of at most 32 members.
    ///
    /// Nearly every token's claims are plain. Of any other text nothing is said here, also not that
    /// it is no JSON: that is for jansson to judge. What is read here, jansson reads as well, and to
    /// the same value.
    init?(plain text: [UInt8], limits: JSONLimits) {
        guard text.count <= Self.maximumBytes(limits) else { return nil }
        var reader = PlainReader(text, limits: limits)
        guard reader.readText() else { return nil }
        self.init(text: text, entries: reader.entries)
    }
}

/// Goes forward through a text and gives up at whatever is not plain.
private struct PlainReader {
    private let text: [UInt8]
    private let limits: JSONLimits
    private(set) var entries: [JSONTape.Entry] = []
    private var position = 0

    // Each name is compared with those before it.
    private static let maximumMembers = 32
    // So many fit into 64 bits, whichever they are.
    private static let maximumDigits = 18

    init(_ text: [UInt8], limits: JSONLimits) {
        self.text = text
        self.limits = limits
    }

    mutating func readText() -> Bool {
        guard Self.isPlain(self.text) else { return false }
        // In claims an entry takes more than ten bytes.
        self.entries.reserveCapacity(self.text.count / 10 + 4)
        guard self.readValue(depth: 0) else { return false }
        self.skipSpace()
        return self.position == self.text.count
    }

    // Asked of the whole text at once, so that its strings need only be searched for their ends.
    private static func isPlain(_ text: [UInt8]) -> Bool {
        var strangers: UInt8 = 0
        var highest: UInt8 = 0
        for byte in text {
            strangers |= (byte < 0x20 ? 1 : 0) | (byte == 0x7F ? 1 : 0)
            strangers |= byte == UInt8(ascii: "\\") ? 1 : 0
            highest |= byte
        }
        guard strangers == 0 else { return false }
        return highest < 0x80 || (try? UTF8Span(validating: text.span)) != nil
    }
}

extension PlainReader {
    private var next: UInt8? {
        self.position < self.text.count ? self.text[self.position] : nil
    }

    private mutating func skipSpace() {
        while self.next == UInt8(ascii: " ") {
            self.position += 1
        }
    }

    /// Steps over `byte` where it comes next, after any space.
    private mutating func take(_ byte: UInt8) -> Bool {
        self.skipSpace()
        guard self.next == byte else { return false }
        self.position += 1
        return true
    }

    private mutating func readValue(depth: Int) -> Bool {
        self.skipSpace()
        switch self.next {
        case UInt8(ascii: "\""): return self.readString()
        case UInt8(ascii: "{"): return self.readObject(depth: depth)
        case UInt8(ascii: "["): return self.readArray(depth: depth)
        case UInt8(ascii: "t"): return self.read("true", as: .bool(true))
        case UInt8(ascii: "f"): return self.read("false", as: .bool(false))
        case UInt8(ascii: "n"): return self.read("null", as: .null)
        default: return self.readInteger()
        }
    }

    private mutating func read(_ word: String, as entry: JSONTape.Entry) -> Bool {
        let word = word.utf8Span.span
        let end = self.position + word.count
        guard end <= self.text.count,
            self.text.span.extracting(self.position..<end).hasSameBytes(as: word)
        else { return false }
        self.position = end
        self.entries.append(entry)
        return true
    }

    private mutating func readInteger() -> Bool {
        let isNegative = self.next == UInt8(ascii: "-")
        let first = isNegative ? self.position + 1 : self.position
        self.position = first
        var value: Int64 = 0
        while self.position < first + Self.maximumDigits, let digit = self.next?.asDigit {
            value = value * 10 + Int64(digit)
            self.position += 1
        }
        let count = self.position - first
        guard count == 1 || (count > 1 && self.text[first] != UInt8(ascii: "0")) else {
            return false
        }
        self.entries.append(.integer(isNegative ? -value : value))
        return true
    }

    private mutating func readString() -> Bool {
        let start = self.position + 1
        guard let end = self.endOfString(from: start) else { return false }
        self.entries.append(.string(start: UInt32(start), count: UInt32(end - start)))
        self.position = end + 1
        return true
    }

    /// Where the quotation mark is that ends a string.
    private func endOfString(from start: Int) -> Int? {
        let text = self.text.span
        var end = start
        while end < text.count {
            if text[end] == UInt8(ascii: "\"") { return end }
            end += 1
        }
        return nil
    }
}

extension PlainReader {
    private mutating func readArray(depth: Int) -> Bool {
        guard let place = self.open(depth: depth) else { return false }
        var count = 0
        if !self.take(UInt8(ascii: "]")) {
            repeat {
                guard self.readValue(depth: depth + 1) else { return false }
                count += 1
            } while count < self.limits.maximumMembers && self.take(UInt8(ascii: ","))
            guard self.take(UInt8(ascii: "]")) else { return false }
        }
        guard count <= self.limits.maximumMembers else { return false }
        self.entries[place] = .array(count: UInt32(count), end: UInt32(self.entries.count))
        return true
    }

    private mutating func readObject(depth: Int) -> Bool {
        guard let place = self.open(depth: depth) else { return false }
        var count = 0
        var names = NameMarks()
        if !self.take(UInt8(ascii: "}")) {
            repeat {
                guard self.readName(inObjectAt: place, &names), self.take(UInt8(ascii: ":")),
                    self.readValue(depth: depth + 1)
                else { return false }
                count += 1
            } while count < Self.maximumMembers && self.take(UInt8(ascii: ","))
            guard self.take(UInt8(ascii: "}")) else { return false }
        }
        guard count <= self.limits.maximumMembers else { return false }
        self.entries[place] = .object(count: UInt32(count), end: UInt32(self.entries.count))
        return true
    }

    /// Begins an array or object, whose entry is written when its end is known.
    private mutating func open(depth: Int) -> Int? {
        guard depth < self.limits.maximumDepth else { return nil }
        self.position += 1
        self.entries.append(.null)
        return self.entries.count - 1
    }

    /// Reads a name that the object has not had yet.
    private mutating func readName(inObjectAt place: Int, _ names: inout NameMarks) -> Bool {
        self.skipSpace()
        let own = self.entries.count
        let start = self.position + 1
        guard self.next == UInt8(ascii: "\""), self.readString() else { return false }
        let name = start..<self.position - 1
        guard names.mark(self.text.span.extracting(name)) else { return true }
        var other = place + 1
        while other < own {
            guard !self.isString(name, at: other) else { return false }
            other = self.entries[other + 1].end(from: other + 1)
        }
        return true
    }

    private func isString(_ name: Range<Int>, at position: Int) -> Bool {
        guard let bytes = self.entries[position].bytes else { return false }
        let text = self.text.span
        return text.extracting(name).hasSameBytes(as: text.extracting(bytes))
    }
}

/// Which names an object may have had: most are told apart without being compared.
private struct NameMarks {
    private var marks: UInt64 = 0

    /// Marks a name; false where it is surely the first of its kind.
    mutating func mark(_ name: Span<UInt8>) -> Bool {
        let last = name.count - 1
        let kind = last < 0 ? 0 : UInt64(name[0]) &* 5 &+ UInt64(name[last]) &* 3 &+ UInt64(last)
        let mark: UInt64 = 1 << (kind % 64)
        defer { self.marks |= mark }
        return self.marks & mark != 0
    }
}

extension UInt8 {
    fileprivate var asDigit: UInt8? {
        let digit = self &- UInt8(ascii: "0")
        return digit < 10 ? digit : nil
    }
}
