internal import PolicyDSL

/// Texts as PostgreSQL reads them.
enum SQLText {
    /// The most bytes of a name; PostgreSQL cuts what is longer.
    static let longestName = 63

    /// A quoted name, its parts joined by dots.
    static func name(_ parts: String...) -> String {
        parts.map { "\"\($0.doubling("\""))\"" }.joined(separator: ".")
    }

    /// A string; `standard_conforming_strings` is on.
    static func string(_ text: String) -> String { "'\(text.doubling("'"))'" }

    static func strings(_ texts: [String]) -> String {
        "array[\(texts.map(Self.string).joined(separator: ", "))]"
    }

    static func instant(_ instant: Instant) -> String {
        // The first year that PostgreSQL knows by this spelling.
        let isBefore = instant.microseconds < -62_135_596_800_000_000
        return "timestamptz " + (isBefore ? "'-infinity'" : Self.string("\(instant)"))
    }

    static func interval(_ period: Period?) -> String {
        period.map { "interval '\($0.microseconds / 1_000_000) seconds'" } ?? "null"
    }

    /// A text that ends where its line does.
    static func comment(_ text: String) -> String {
        String(text.map { $0.isNewline ? " " : $0 })
    }
}

extension SQLText {
    /// A body that no text inside it can end.
    static func body(_ text: String) -> String {
        var mark = "$gatekeeper$"
        while text.contains(mark) { mark = "$gatekeeper" + mark.dropFirst() }
        return "\(mark)\n\(text)\n\(mark)"
    }
}

extension String {
    fileprivate func doubling(_ mark: Unicode.Scalar) -> String {
        self.unicodeScalars.map { $0 == mark ? "\($0)\($0)" : "\($0)" }.joined()
    }
}
