extension Diagnostic {
    /// The diagnostic as people read it: what, where, the line with a caret under it, the help.
    public func text(in sources: [PolicySource]) -> String {
        let headline = "\(self.severity.rawValue)[\(self.code.rawValue)]: \(self.message)"
        guard let location = self.location(in: sources) else {
            return ([headline] + self.advice.map { "  = help: \($0)" }).joined(separator: "\n")
        }
        let number = String(location.start.line)
        let gutter = String(repeating: " ", count: number.utf8.count)
        let snippet = Snippet(source: sources[self.span.source], span: self.span)
        let caret = [snippet.underline, self.label].compactMap(\.self).joined(separator: " ")
        let lines =
            [
                headline,
                "\(gutter)--> \(Self.place(of: location))",
                "\(number) | \(snippet.line)",
                "\(gutter) | \(caret)",
            ] + self.advice.map { "\(gutter) = help: \($0)" }
        return lines.map(Self.withoutTrailingSpaces).joined(separator: "\n")
    }

    /// The diagnostic on one line, without drawings: for screen readers and `grep`.
    public func plain(in sources: [PolicySource]) -> String {
        let place = self.location(in: sources).map { Self.place(of: $0) + ": " } ?? ""
        let label = self.label.map { ", \($0)" } ?? ""
        let help = self.help.map { "; help: \($0)" } ?? ""
        return "\(place)\(self.severity.rawValue) \(self.code.rawValue): "
            + "\(self.message)\(label)\(help)"
    }

    private var advice: [String] {
        self.help.map { [$0] } ?? []
    }

    private static func place(of location: Location) -> String {
        "\(Spelling.shown(location.file)):\(location.start.line):\(location.start.column)"
    }

    private static func withoutTrailingSpaces(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}

/// A line of the source and the carets below it.
struct Snippet {
    let line: String
    let underline: String

    /// The first line that `span` touches; odd characters are spelled out, so that nothing on the
    /// terminal can be other than it looks.
    init(source: PolicySource, span: SourceSpan) {
        let text = source.line(at: span.start)
        let column = source.position(at: span.start).column
        let before = String(text.unicodeScalars.prefix(column - 1))
        let covered = source.text(of: span).prefix { !$0.isNewline }
        self.line = Spelling.shown(text, limit: Self.widest)
        let indent = before.unicodeScalars.map { $0 == "\t" ? "\t" : Spelling.shown($0) }
        let padding = indent.joined().map { $0 == "\t" ? "\t" : " " as Character }
        let width = max(1, Spelling.shown(String(covered)).count)
        let shownPadding = min(padding.count, Self.widest)
        self.underline =
            String(padding.prefix(shownPadding))
            + String(repeating: "^", count: min(width, Self.widest - shownPadding + 1))
    }

    private static let widest = 400
}
