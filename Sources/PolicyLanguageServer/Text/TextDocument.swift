internal import PolicyDSL

/// The text of a file, in an editor or on disk, and the places in it.
struct TextDocument {
    private(set) var bytes: [UInt8]
    let encoding: PositionEncoding
    /// Where each line begins.
    private var lineStarts: [Int]

    init(_ bytes: [UInt8], encoding: PositionEncoding) {
        self.bytes = bytes
        self.encoding = encoding
        self.lineStarts = Self.lineStarts(of: bytes)
    }

    /// Replaces the text of a range.
    mutating func replace(_ range: TextRange, with text: String) {
        let start = self.offset(of: range.start)
        let end = max(start, self.offset(of: range.end))
        self.bytes.replaceSubrange(start..<end, with: text.utf8)
        self.lineStarts = Self.lineStarts(of: self.bytes)
    }

    // LSP ends lines with LF, CR LF or CR.
    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        var starts = [0]
        for (index, byte) in bytes.enumerated() {
            let isBreak =
                byte == 0x0A
                || (byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A))
            if isBreak { starts.append(index + 1) }
        }
        return starts
    }
}

extension TextDocument {
    /// The offset of a position; one that is outside its line is at the end of it.
    func offset(of position: TextPosition) -> Int {
        guard position.line < self.lineStarts.count else { return self.bytes.count }
        var offset = self.lineStarts[position.line]
        let end = self.endOfLine(position.line)
        var rest = position.character
        while offset < end, rest > 0 {
            let units = self.encoding.units(ofScalarByte: self.bytes[offset])
            guard units <= rest else { break }
            rest -= units
            offset += 1
        }
        // Never inside a scalar: what follows would be no text any more.
        while offset < end, self.bytes[offset] & 0xC0 == 0x80 { offset += 1 }
        return offset
    }

    func position(of offset: Int) -> TextPosition {
        let offset = min(max(offset, 0), self.bytes.count)
        var low = 0
        var high = self.lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if self.lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        let character = self.bytes[self.lineStarts[low]..<offset].reduce(0) {
            $0 + self.encoding.units(ofScalarByte: $1)
        }
        return TextPosition(line: low, character: character)
    }

    func range(of span: SourceSpan) -> TextRange {
        TextRange(start: self.position(of: span.start), end: self.position(of: span.end))
    }

    /// The range of everything.
    var whole: TextRange {
        self.range(of: SourceSpan(start: 0, end: self.bytes.count))
    }

    /// The end of the text of a line, its break left out.
    private func endOfLine(_ line: Int) -> Int {
        let next = line + 1 < self.lineStarts.count ? self.lineStarts[line + 1] : self.bytes.count
        var end = next
        let start = self.lineStarts[line]
        guard line + 1 < self.lineStarts.count else { return end }
        while end > start, self.bytes[end - 1] == 0x0A || self.bytes[end - 1] == 0x0D { end -= 1 }
        return end
    }
}
