// CLAIMPATH = segment {"." segment}; a segment is a plain word or a string, without spaces between.
extension Parser {
    mutating func claimPath() throws(Failure) -> Spanned<ClaimPath> {
        let start = self.current
        guard start.kind == .word || start.kind == .string else {
            self.note(expecting: "a claim path")
            throw self.unexpected()
        }
        var pieces = [self.advance()]
        while let last = pieces.last, Self.continues(last, with: self.current) {
            pieces.append(self.advance())
        }
        let span = self.span(from: start.span)
        guard let segments = Self.segments(of: pieces) else {
            throw self.failure(
                .badClaimPath,
                at: span,
                "claim path that cannot be read",
                help:
                    "segments are words joined by dots; others go in quotes: `app_metadata.\"x/y\"`"
            )
        }
        return Spanned(ClaimPath(segments), at: span)
    }

    private static func continues(_ last: Lexeme, with next: Lexeme) -> Bool {
        guard last.span.end == next.span.start else { return false }
        switch (last.kind, next.kind) {
        case (.word, .string): return last.text.hasSuffix(".")
        case (.string, .word): return next.text.hasPrefix(".")
        default: return false
        }
    }

    private static func segments(of pieces: [Lexeme]) -> [String]? {
        var segments: [String] = []
        for (index, piece) in pieces.enumerated() {
            if piece.kind == .string {
                segments.append(piece.text)
                continue
            }
            var text = piece.text[...]
            if index > 0 { text = text.dropFirst() }
            if index < pieces.count - 1 { text = text.dropLast() }
            // Between two strings stands a single dot.
            if text.isEmpty, index > 0, index < pieces.count - 1, piece.text == "." { continue }
            let words = text.split(separator: ".", omittingEmptySubsequences: false)
            guard words.allSatisfy(Self.isPlainSegment) else { return nil }
            segments += words.map(String.init)
        }
        return segments.count <= Self.deepestClaim ? segments : nil
    }

    private static let deepestClaim = 32

    static func isPlainSegment(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first else { return false }
        let isWordPart = { (byte: UInt8) in
            Ascii.isLetter(byte) || byte == UInt8(ascii: "_")
        }
        return isWordPart(first)
            && text.utf8.allSatisfy { isWordPart($0) || Ascii.isDigit($0) || $0 == Ascii.dash }
    }
}
