/// Cuts a source into lexemes and comments.
struct Lexer {
    private let bytes: [UInt8]
    private let source: Int
    private var offset = 0
    private var lineEnd = 0
    private var lineHasLexeme = false
    private var lineIsBlank = true
    private var previousLineWasBlank = false

    private(set) var lexemes: [Lexeme] = []
    private(set) var comments: [Comment] = []
    private(set) var diagnostics: [Diagnostic] = []

    /// Reads all of `source`, which is number `index` of its set and valid UTF-8.
    init(_ source: PolicySource, index: Int) {
        self.bytes = source.bytes
        self.source = index
        self.lexemes.reserveCapacity(self.bytes.count / 6)
        if self.bytes.starts(with: Self.byteOrderMark) { self.offset = Self.byteOrderMark.count }
        while let byte = self.byte(at: self.offset) { self.read(byte) }
        self.append(.end, from: self.offset, text: "")
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private func byte(at offset: Int) -> UInt8? {
        offset < self.bytes.count ? self.bytes[offset] : nil
    }

    private mutating func read(_ byte: UInt8) {
        switch byte {
        case Ascii.lineFeed: self.readLineFeed()
        case Ascii.space, Ascii.tab: self.offset += 1
        case Ascii.carriageReturn where self.byte(at: self.offset + 1) == Ascii.lineFeed:
            self.offset += 1
        case Ascii.carriageReturn:
            // Alone it moves the cursor of a terminal, not the line we count.
            self.refuseCharacter(at: self.offset, "\r")
            self.offset += 1
        case Ascii.number: self.readComment()
        case Ascii.quote: self.readString()
        case UInt8(ascii: "{"): self.readMark(.openBrace)
        case UInt8(ascii: "}"): self.readMark(.closeBrace)
        case UInt8(ascii: "("): self.readMark(.openBracket)
        case UInt8(ascii: ")"): self.readMark(.closeBracket)
        case UInt8(ascii: ","): self.readMark(.comma)
        case Ascii.equals: self.readMark(.equals)
        default: self.readWord(byte)
        }
    }

    private mutating func readLineFeed() {
        self.offset += 1
        self.previousLineWasBlank = self.lineIsBlank
        self.lineHasLexeme = false
        self.lineIsBlank = true
    }

    private mutating func readMark(_ kind: Lexeme.Kind) {
        self.offset += 1
        self.append(kind, from: self.offset - 1, text: "")
    }

    private mutating func readComment() {
        let start = self.offset
        let end = self.endOfLine(from: start)
        var content = self.bytes[(start + 1)..<end]
        while let last = content.last, Ascii.isSpace(last) { content.removeLast() }
        self.refuseControls(in: start..<(content.endIndex))
        self.comments.append(
            Comment(
                text: String(decoding: content, as: UTF8.self),
                span: self.span(start, content.endIndex),
                ownsLine: !self.lineHasLexeme,
                followsBlankLine: self.previousLineWasBlank && !self.lineHasLexeme
            )
        )
        self.lineIsBlank = false
        self.offset = end
    }

    private mutating func readString() {
        let start = self.offset
        let lineEnd = self.endOfLine(from: start)
        let closing = self.bytes[(start + 1)..<lineEnd].firstIndex(of: Ascii.quote)
        let end = closing ?? lineEnd
        let text = String(decoding: self.bytes[(start + 1)..<end], as: UTF8.self)
        self.refuseControls(in: (start + 1)..<end)
        self.offset = closing.map { $0 + 1 } ?? lineEnd
        if closing == nil {
            self.diagnostics.append(
                Diagnostic(
                    .openString,
                    at: self.span(start, lineEnd),
                    "string without a closing quote",
                    help: "a string stands on one line and holds no quotes"
                )
            )
        }
        self.append(.string, from: start, text: text)
    }

    private mutating func readWord(_ first: UInt8) {
        let start = self.offset
        var isName = Ascii.isNamePart(first)
        while let byte = self.byte(at: self.offset), !Self.endsWord(byte) {
            // `define a=paths` reads like `define a = paths`; in paths and URLs `=` is a letter.
            if byte == Ascii.equals, isName { break }
            isName = isName && Ascii.isNamePart(byte)
            self.offset += 1
        }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        self.refuseStrangeCharacters(in: start..<self.offset, of: text)
        self.append(.word, from: start, text: text)
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: ","), Ascii.quote, Ascii.number:
            true
        default: Ascii.isSpace(byte)
        }
    }

    private mutating func append(_ kind: Lexeme.Kind, from start: Int, text: String) {
        self.lexemes.append(
            Lexeme(
                kind: kind,
                text: text,
                span: self.span(start, self.offset),
                beginsLine: !self.lineHasLexeme
            )
        )
        self.lineHasLexeme = true
        self.lineIsBlank = false
    }

    private func span(_ start: Int, _ end: Int) -> SourceSpan {
        SourceSpan(source: self.source, start: start, end: end)
    }

    /// The end of the line that `start` stands on, found once per line.
    private mutating func endOfLine(from start: Int) -> Int {
        guard start >= self.lineEnd else { return self.lineEnd }
        var end = self.bytes[start...].firstIndex(of: Ascii.lineFeed) ?? self.bytes.count
        if end > start + 1, self.bytes[end - 1] == Ascii.carriageReturn { end -= 1 }
        self.lineEnd = end
        return end
    }
}

extension Lexer {
    /// One diagnostic for the control characters of a string or comment, which can hide text.
    private mutating func refuseControls(in range: Range<Int>) {
        let odd = self.bytes[range].firstIndex { Ascii.isControl($0) && $0 != Ascii.tab }
        guard let odd else { return }
        self.refuseCharacter(at: odd, Unicode.Scalar(self.bytes[odd]))
    }

    /// Outside strings and comments the language is ASCII, so that no two words look alike.
    private mutating func refuseStrangeCharacters(in range: Range<Int>, of text: String) {
        let isOdd = { (byte: UInt8) in byte >= 0x80 || Ascii.isControl(byte) }
        guard let odd = self.bytes[range].firstIndex(where: isOdd) else { return }
        let scalar = text.unicodeScalars.first { $0.value >= 0x7F || $0.value < 0x20 }
        self.refuseCharacter(at: odd, scalar ?? "?", in: text)
    }

    private mutating func refuseCharacter(
        at offset: Int,
        _ scalar: Unicode.Scalar,
        in word: String? = nil
    ) {
        let width = UTF8.width(scalar)
        self.diagnostics.append(
            Diagnostic(
                .strangeCharacter,
                at: self.span(offset, offset + width),
                "unexpected character \(Self.named(scalar))",
                help: word.flatMap(Self.plainSpelling)
            )
        )
    }

    private static func named(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        let number = "U+" + String(repeating: "0", count: max(0, 4 - hex.utf8.count)) + hex
        let shown = Spelling.shown(scalar)
        return shown.hasPrefix("\\") ? number : "`\(shown)` (\(number))"
    }

    private static func plainSpelling(of word: String) -> String? {
        guard word.hasPrefix("/") else { return "words of the language are plain ASCII" }
        let encoded = word.utf8.map { byte in
            byte < 0x80 && !Ascii.isControl(byte)
                ? String(Character(Unicode.Scalar(byte))) : "%" + Ascii.hex(byte)
        }
        return "in a path, write `\(encoded.joined())`"
    }
}
