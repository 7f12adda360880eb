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
        guard text.first == "/" else { return nil }
        var parts = pathSegments(text)
        let coversDescendants = parts.last == "**"
        if coversDescendants { parts.removeLast() }
        guard !parts.contains(where: { $0 != "*" && $0.contains("*") }) else { return nil }
        self.init(
            parts.map { $0 == "*" ? .any : .literal(String($0)) },
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
package func pathSegments(_ path: String) -> [Substring] {
    var rest = path.hasPrefix("/") ? path.dropFirst() : path[...]
    if rest.hasSuffix("/") { rest.removeLast() }
    return rest.isEmpty ? [] : rest.split(separator: "/", omittingEmptySubsequences: false)
}
