import Testing

@testable import PolicyDSL

@Suite struct SyntaxSourceTests {
    private let source = PolicySource(name: "a", text: "één\n\n  zwei\r\n")

    @Test(
        "positions count scalars, and never leave the source",
        arguments: [
            (0, 1, 1), (2, 1, 2), (5, 1, 4), (6, 2, 1), (7, 3, 1), (9, 3, 3), (15, 4, 1),
            (999, 4, 1), (-5, 1, 1),
        ]
    )
    func positions(offset: Int, line: Int, column: Int) {
        #expect(self.source.position(at: offset) == .init(line: line, column: column))
    }

    @Test("lines come without their breaks", arguments: [(0, "één"), (6, ""), (9, "  zwei")])
    func lines(offset: Int, line: String) {
        #expect(self.source.line(at: offset) == line)
    }

    @Test("spans are joined, and their text is found")
    func spans() {
        let word = SourceSpan(start: 9, end: 13)
        #expect(self.source.text(of: word) == "zwei")
        #expect(word.joined(with: SourceSpan(start: 0, end: 5)) == SourceSpan(start: 0, end: 13))
        #expect(self.source.text(of: SourceSpan(start: 90, end: 95)).isEmpty)
    }

    @Test("two spanned values are equal where their values are")
    func spanned() {
        #expect(Spanned(1, at: SourceSpan(start: 0, end: 1)) == Spanned(1))
        #expect(Spanned(1) != Spanned(2))
    }

    @Test("an invalid byte is found where it stands")
    func invalid() {
        for (bytes, offset) in [([0xFF], 0), ([0x61, 0xC3], 1), ([0xC3, 0xA9, 0x80], 2)] {
            let source = PolicySource(name: "a", bytes: bytes.map { UInt8($0) })
            let reading = PolicyReading([source])
            #expect(reading.codes == [.unreadableText])
            #expect(reading.diagnostics.first?.span.start == offset)
        }
    }
}
