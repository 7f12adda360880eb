internal import PolicyDSL

/// One reading of one file: where things stand, and what is wrong with them.
final class ConfigurationReading {
    let source: PolicySource
    let surroundings: ConfigurationSurroundings
    private(set) var problems: [ConfigurationProblem] = []
    /// Where each value stands, by its path, `issuers[0].url`.
    private(set) var spans: [String: SourceSpan] = [:]
    /// Every key that was asked for, by its path without positions, `issuers[].url`.
    private(set) var knownKeys: Set<String> = []

    private let lineStarts: [Int]
    private let folder: String

    init(source: PolicySource, folder: String, surroundings: ConfigurationSurroundings) {
        self.source = source
        self.folder = folder
        self.surroundings = surroundings
        let breaks = source.bytes.indices.filter { source.bytes[$0] == UInt8(ascii: "\n") }
        self.lineStarts = [0] + breaks.map { $0 + 1 }
    }

    func report(
        _ rule: ConfigurationRule,
        at span: SourceSpan,
        _ message: String,
        help: String? = nil
    ) {
        let problem = ConfigurationProblem(rule: rule, span: span, message: message, help: help)
        guard !self.problems.contains(problem) else { return }
        self.problems.append(problem)
    }

    func note(_ path: String, at span: SourceSpan) {
        self.spans[path] = span
    }

    func learn(_ key: String) {
        self.knownKeys.insert(key)
    }

    /// The span that begins at a line and column, from one, and covers `length` bytes.
    func span(line: Int, column: Int, length: Int) -> SourceSpan {
        let bytes = self.source.bytes
        let row = max(line - 1, 0)
        var offset = row < self.lineStarts.count ? self.lineStarts[row] : bytes.count
        var left = column - 1
        while left > 0, offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") {
            offset += 1
            while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
            left -= 1
        }
        let lineEnd = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        return SourceSpan(start: offset, end: min(offset + length, lineEnd))
    }

    /// A path of the configuration as an absolute one.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        let relative = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return self.folder.hasSuffix("/") ? self.folder + relative : "\(self.folder)/\(relative)"
    }
}
