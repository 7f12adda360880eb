/// Where something stands: a range of bytes in one of the set's sources.
public struct SourceSpan: Hashable, Sendable {
    /// Which source, counted from zero in the order the sources were given.
    public var source: Int
    /// The offset of the first byte.
    public var start: Int
    /// The offset just past the last byte.
    public var end: Int

    /// A span of `start..<end` in source number `source`.
    public init(source: Int = 0, start: Int, end: Int) {
        self.source = source
        self.start = start
        self.end = end
    }
}

extension SourceSpan {
    /// The place of things that no source holds, such as a tree that was built by a program.
    package static let nowhere = SourceSpan(source: -1, start: 0, end: 0)

    /// The smallest span that covers both; `other` must stand in the same source.
    package func joined(with other: SourceSpan) -> SourceSpan {
        SourceSpan(
            source: self.source,
            start: min(self.start, other.start),
            end: max(self.end, other.end)
        )
    }
}

/// A value and the place it was read from.
///
/// Two are equal when their values are: a span says where something stands, never what it is.
package struct Spanned<Value: Sendable>: Sendable {
    package var value: Value
    package var span: SourceSpan

    package init(_ value: Value, at span: SourceSpan = .nowhere) {
        self.value = value
        self.span = span
    }
}

extension Spanned: Equatable where Value: Equatable {
    package static func == (left: Spanned, right: Spanned) -> Bool {
        left.value == right.value
    }
}
