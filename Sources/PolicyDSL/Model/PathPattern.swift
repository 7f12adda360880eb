/// A pattern of paths: `/admin/**`, `/hooks/*`, `/health`.
///
/// One trailing slash is ignored in patterns and in paths; matching is case-sensitive.
package struct PathPattern: Hashable, Sendable {
    package enum Segment: Hashable, Sendable {
        case literal(String)
        /// `*`: exactly one segment, whatever it holds.
        case any
    }

    package var segments: [Segment]
    /// `/**` at the end: zero or more further segments.
    package var coversDescendants: Bool

    package init(_ segments: [Segment], coversDescendants: Bool = false) {
        self.segments = segments
        self.coversDescendants = coversDescendants
    }
}

extension PathPattern {
    /// Reads a pattern; nil where it is malformed.
    ///
    /// It must start with a slash, and asterisks must stand as the grammar lets them. Whether the
    /// literals are canonical is not looked at.
    package init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        var parts = pathSegments(text).map(String.init)
        let coversDescendants = parts.last == "**"
        if coversDescendants { parts.removeLast() }
        guard !parts.contains(where: { $0 != "*" && $0.utf8.contains(UInt8(ascii: "*")) }) else {
            return nil
        }
        self.init(
            parts.map { $0 == "*" ? .any : .literal($0) },
            coversDescendants: coversDescendants
        )
    }

    /// Whether the pattern covers the path whose segments these are.
    package func matches(_ path: [Substring]) -> Bool {
        guard
            path.count == self.segments.count
                || (self.coversDescendants && path.count > self.segments.count)
        else { return false }
        return zip(self.segments, path).allSatisfy { pattern, segment in
            switch pattern {
            case .any: true
            case .literal(let literal): literal.utf8.elementsEqual(segment.utf8)
            }
        }
    }
}

extension PathPattern: CustomStringConvertible {
    package var description: String {
        let parts = self.segments.map { segment in
            switch segment {
            case .any: "*"
            case .literal(let literal): literal
            }
        }
        let all = self.coversDescendants ? parts + ["**"] : parts
        return "/" + all.joined(separator: "/")
    }
}

/// The segments of a path, one trailing slash ignored; the root has none.
///
/// The path is cut between bytes: a combining mark after a slash must not hide the slash.
package func pathSegments(_ path: String) -> [Substring] {
    let slash = UInt8(ascii: "/")
    var rest = path.utf8[...]
    if rest.first == slash { rest.removeFirst() }
    if rest.last == slash { rest.removeLast() }
    guard !rest.isEmpty else { return [] }
    return rest.split(separator: slash, omittingEmptySubsequences: false).map { Substring($0) }
}
