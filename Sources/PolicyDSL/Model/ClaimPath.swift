/// The way to a claim inside the token, one member name after the other.
public struct ClaimPath: Hashable, Sendable {
    /// The member names, outermost first.
    public let segments: [String]

    /// Makes the path from its member names.
    public init(_ segments: [String]) {
        self.segments = segments
    }
}

extension ClaimPath: CustomStringConvertible {
    /// The path as the language writes it: odd names in quotes.
    public var description: String {
        self.segments.map { Self.isPlain($0) ? $0 : "\"\($0)\"" }.joined(separator: ".")
    }

    private static func isPlain(_ segment: String) -> Bool {
        guard let first = segment.utf8.first, isLetter(first) else { return false }
        return segment.utf8.allSatisfy { byte in
            isLetter(byte) || byte == UInt8(ascii: "-")
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}

extension ClaimPath: Comparable {
    /// Orders paths by their member names, outermost first.
    public static func < (left: ClaimPath, right: ClaimPath) -> Bool {
        left.segments.lexicographicallyPrecedes(right.segments)
    }
}
