internal import PolicyDSL

/// One thing that is wrong with the configuration, and where: a diagnostic of the product with a
/// rule of the configuration as its code.
struct ConfigurationProblem: Equatable, Sendable {
    let rule: ConfigurationRule
    let span: SourceSpan
    let message: String
    let help: String?

    var code: String { self.rule.rawValue }

    var severity: Diagnostic.Severity { self.rule.severity }
}

extension ConfigurationProblem {
    /// The place in the file that was read.
    func location(in source: PolicySource) -> Diagnostic.Location? {
        // Diagnostics count places; their code plays no part in it.
        Diagnostic(.unreadableText, at: self.span, self.message).location(in: [source])
    }

    /// The problem as people read it: what, where, the line with a caret under it, the help.
    func text(in source: PolicySource) -> String {
        let start = source.position(at: self.span.start)
        let end = source.position(at: self.span.end)
        let line = source.text(ofLine: start.line)
        let number = String(start.line)
        let gutter = String(repeating: " ", count: number.utf8.count)
        let indent = line.unicodeScalars.prefix(start.column - 1).map { $0 == "\t" ? "\t" : " " }
        let width = end.line == start.line ? max(1, end.column - start.column) : 1
        var lines = [
            "\(self.severity.rawValue)[\(self.code)]: \(self.message)",
            "\(gutter)--> \(source.name):\(start.line):\(start.column)",
            "\(number) | \(line)",
            "\(gutter) | \(indent.joined())\(String(repeating: "^", count: width))",
        ]
        if let help = self.help { lines.append("\(gutter) = help: \(help)") }
        return lines.joined(separator: "\n")
    }

    /// The problem on one line, without drawings: for screen readers and `grep`.
    func plain(in source: PolicySource) -> String {
        let start = source.position(at: self.span.start)
        let help = self.help.map { "; help: \($0)" } ?? ""
        return "\(source.name):\(start.line):\(start.column): "
            + "\(self.severity.rawValue) \(self.code): \(self.message)\(help)"
    }
}

extension PolicySource {
    fileprivate func text(ofLine number: Int) -> String {
        let lines = self.bytes.split(
            separator: UInt8(ascii: "\n"),
            maxSplits: number,
            omittingEmptySubsequences: false
        )
        guard lines.indices.contains(number - 1) else { return "" }
        return String(decoding: lines[number - 1], as: UTF8.self)
    }
}
