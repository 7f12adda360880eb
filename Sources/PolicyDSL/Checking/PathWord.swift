/// A PATH of the language, held against the canonical form that requests have.
struct PathWord {
    /// Why a path cannot be used, and the path that was probably meant.
    struct Problem: Error, Equatable {
        let message: String
        let help: String?
    }

    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The pattern that the word spells.
    func pattern() throws(Problem) -> PathPattern {
        var segments: [PathPattern.Segment] = []
        var coversDescendants = false
        let words = try self.words()
        for (index, word) in words.enumerated() {
            switch word {
            case "*": segments.append(.any)
            case "**":
                guard index == words.count - 1 else {
                    throw Problem(
                        message: "`/**` in the middle of a path",
                        help: "`/**` stands at the end only; `*` is exactly one segment"
                    )
                }
                coversDescendants = true
            default: segments.append(.literal(try self.literal(word)))
            }
        }
        return PathPattern(segments, coversDescendants: coversDescendants)
    }

    /// The path itself, where a pattern has no place.
    func concretePath() throws(Problem) -> String {
        for word in try self.words() {
            guard !word.contains("*") else {
                throw Problem(message: "wildcard in a path that must be exact", help: nil)
            }
            _ = try self.literal(word)
        }
        return self.text
    }

    /// The segments as written; one trailing slash is ignored.
    private func words() throws(Problem) -> [Substring] {
        guard !self.text.contains("?") else {
            throw Problem(
                message: "query in a path",
                help: "the query is never matched; leave `?` and what follows away"
            )
        }
        let words = pathSegments(self.text)
        guard !words.contains(""), self.text != "//" else {
            throw self.notCanonical("empty segment in a path", words.filter { !$0.isEmpty })
        }
        guard !words.contains("."), !words.contains("..") else {
            var resolved: [Substring] = []
            for word in words where word != "." {
                if word == ".." { _ = resolved.popLast() } else { resolved.append(word) }
            }
            throw self.notCanonical("dot segment in a path", resolved)
        }
        return words
    }

    private func notCanonical(_ message: String, _ meant: [Substring]) -> Problem {
        Problem(message: message, help: "write `/\(meant.joined(separator: "/"))`")
    }
}

// RFC 3986 section 3.3: segment = *pchar.
extension PathWord {
    /// A segment in the form requests have: what needs no encoding is not encoded.
    private func literal(_ word: Substring) throws(Problem) -> String {
        guard !word.utf8.contains(Ascii.star) else {
            throw Problem(
                message: "`*` inside a segment",
                help: "`*` stands for a whole segment; a literal star is `%2A`"
            )
        }
        var literal: [UInt8] = []
        var bytes = Array(word.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == Ascii.percent {
                try self.appendEncoded(&bytes, to: &literal)
            } else {
                guard Self.standsPlain(byte) else { throw self.needsEncoding(byte) }
                literal.append(byte)
            }
        }
        return String(decoding: literal, as: UTF8.self)
    }

    private func appendEncoded(
        _ bytes: inout ArraySlice<UInt8>,
        to literal: inout [UInt8]
    ) throws(Problem) {
        let digits = bytes.prefix(2)
        bytes = bytes.dropFirst(2)
        let values = digits.compactMap(Ascii.hexValue)
        guard digits.count == 2, values.count == 2 else {
            throw Problem(
                message: "`%` without two hexadecimal digits",
                help: "a literal percent sign is `%25`"
            )
        }
        let byte = values[0] << 4 | values[1]
        let encoded = "%" + Ascii.hex(byte)
        guard !Ascii.isControl(byte), byte != Self.backslash else {
            throw Problem(message: "`\(encoded)` in a path", help: "no request can have it")
        }
        if Self.hasMeaningHere(byte) { return literal.append(byte) }
        guard !Self.standsPlain(byte) else {
            let plain = String(Character(Unicode.Scalar(byte)))
            throw Problem(
                message: "`\(encoded)` needs no encoding",
                help: "write `\(plain)`"
            )
        }
        guard digits.elementsEqual(encoded.utf8.dropFirst()) else {
            throw Problem(message: "lower-case percent-encoding", help: "write `\(encoded)`")
        }
        literal += encoded.utf8
    }

    private func needsEncoding(_ byte: UInt8) -> Problem {
        let plain = Spelling.quoted(String(Character(Unicode.Scalar(byte))))
        return byte == Self.backslash
            ? Problem(message: "\(plain) in a path", help: "segments are divided by `/`")
            : Problem(message: "\(plain) in a path", help: "write `%\(Ascii.hex(byte))`")
    }

    private static let backslash = UInt8(ascii: "\\")

    /// Requests hold these bytes plainly, but in the language they end a path or stand for more.
    private static func hasMeaningHere(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ",")
            || byte == Ascii.star
    }

    private static func standsPlain(_ byte: UInt8) -> Bool {
        Ascii.isLetter(byte) || Ascii.isDigit(byte) || Self.plainMarks.contains(byte)
    }

    private static let plainMarks = Set("-._~!$&'()*+,;=:@".utf8)
}
