extension String {
    /// Whether both are the same bytes: Swift's own `==` ignores Unicode normalisation.
    package func isIdentical(to other: String) -> Bool {
        self.utf8Span.span.hasSameBytes(as: other.utf8Span.span)
    }
}

extension Span<UInt8> {
    /// Whether both are the same bytes.
    package func hasSameBytes(as other: Span<UInt8>) -> Bool {
        guard self.count == other.count else { return false }
        for position in self.indices where self[position] != other[position] {
            return false
        }
        return true
    }
}
