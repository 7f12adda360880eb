/// One file of a policy set, as bytes that nobody has looked at yet.
public struct PolicySource: Sendable {
    /// What diagnostics call it: a path, or `-` for standard input.
    public let name: String
    /// Its content.
    public let bytes: [UInt8]

    /// A source from the bytes of a file.
    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// A source from text.
    public init(name: String, text: String) {
        self.init(name: name, bytes: Array(text.utf8))
    }
}

extension PolicySource {
    /// A place as people count: lines from one, columns from one in Unicode scalars.
    public struct Position: Hashable, Sendable {
        /// The line, from one.
        public let line: Int
        /// The column, from one.
        public let column: Int
    }

    /// The position of the byte at `offset`; an offset outside the source is the nearest one in it.
    public func position(at offset: Int) -> Position {
        let offset = self.clamped(offset)
        let start = self.lineStart(before: offset)
        let line = self.bytes[..<start].count { $0 == Ascii.lineFeed } + 1
        let column = self.bytes[start..<offset].count { !Ascii.continuesScalar($0) } + 1
        return Position(line: line, column: column)
    }

    /// The text of the line that holds the byte at `offset`, without its line break.
    func line(at offset: Int) -> String {
        let offset = self.clamped(offset)
        let start = self.lineStart(before: offset)
        let rest = self.bytes[start...]
        let end = rest.firstIndex(of: Ascii.lineFeed) ?? rest.endIndex
        let line = rest[..<end]
        return String(
            decoding: line.last == Ascii.carriageReturn ? line.dropLast() : line,
            as: UTF8.self
        )
    }

    /// The text that `span` covers.
    package func text(of span: SourceSpan) -> String {
        let start = self.clamped(span.start)
        return String(
            decoding: self.bytes[start..<max(start, self.clamped(span.end))],
            as: UTF8.self
        )
    }

    private func clamped(_ offset: Int) -> Int {
        min(max(offset, 0), self.bytes.count)
    }

    private func lineStart(before offset: Int) -> Int {
        let earlier = self.bytes[..<offset].lastIndex(of: Ascii.lineFeed)
        return earlier.map { $0 + 1 } ?? 0
    }
}
