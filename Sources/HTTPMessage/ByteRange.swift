/// A half-open range of byte offsets in a message head.
package struct ByteRange: Hashable, Sendable {
    package let start: UInt32
    package let end: UInt32

    package static let empty = Self(0, 0)

    /// The range from `start` up to, and not including, `end`.
    package init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    package var isEmpty: Bool { self.start == self.end }

    package var count: Int { Int(self.end) - Int(self.start) }

    package var indices: Range<Int> { Int(self.start)..<Int(self.end) }
}
