extension String {
    /// Whether both are the same bytes: Swift's own `==` ignores Unicode normalisation.
    package func isIdentical(to other: String) -> Bool {
        let one = self.utf8Span.span
        let two = other.utf8Span.span
        guard one.count == two.count else { return false }
        for position in one.indices where one[position] != two[position] {
            return false
        }
        return true
    }
}
