internal import PolicyDSL

/// Claim paths as policies and the configuration write them: `app_metadata."odd name".role`.
enum ClaimPathSyntax {
    static func parse(_ text: String) -> ClaimPath? {
        var segments: [String] = []
        var rest = text[...]
        while true {
            guard let segment = self.takeSegment(&rest) else { return nil }
            segments.append(segment)
            if rest.isEmpty { return ClaimPath(segments) }
            guard rest.removeFirst() == "." else { return nil }
        }
    }

    private static func takeSegment(_ rest: inout Substring) -> String? {
        if rest.hasPrefix("\"") {
            let body = rest.dropFirst()
            guard let end = body.firstIndex(of: "\""), end > body.startIndex else { return nil }
            rest = body[body.index(after: end)...]
            return String(body[..<end])
        }
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) }
        guard let first = word.first, first.isLetter || first == "_" else { return nil }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    /// Whether users can write what stands there (Supabase's and Clerk's profile metadata).
    static func isUserWritable(_ path: ClaimPath) -> Bool {
        ["user_metadata", "unsafe_metadata"].contains(path.segments.first)
    }
}
