internal import PolicyDSL
internal import Yams

/// One mapping of the file, read key by key.
///
/// The keys that are asked for are the keys that exist: `finish` reports every other one.
final class Section {
    let reading: ConfigurationReading
    /// `issuers[0]`; empty for the root.
    let path: String
    let span: SourceSpan
    let schemaPath: String
    private let entries: [Entry]
    private var known: [String] = []

    private struct Entry {
        let name: String
        let span: SourceSpan
        let value: Node
    }

    init(
        _ node: Node?,
        path: String,
        schemaPath: String,
        span: SourceSpan,
        reading: ConfigurationReading
    ) {
        self.reading = reading
        self.path = path
        self.schemaPath = schemaPath
        self.span = span
        guard let mapping = node?.mapping else {
            self.entries = []
            return
        }
        var entries: [Entry] = []
        for (key, value) in mapping {
            let keySpan = reading.span(of: key)
            guard let name = key.scalar?.string else {
                reading.report(.badSyntax, at: keySpan, "a key must be a word")
                continue
            }
            entries.append(Entry(name: name, span: keySpan, value: value))
        }
        self.entries = entries
    }

    func keyPath(_ key: String) -> String { self.path.isEmpty ? key : "\(self.path).\(key)" }

    /// Whether the key stands there with a value.
    func has(_ key: String) -> Bool { self.node(key) != nil }

    /// The value of `key`; absent and null are the same.
    func node(_ key: String) -> Node? {
        self.reading.learn(self.schemaPath.isEmpty ? key : "\(self.schemaPath).\(key)")
        if !self.known.contains(key) { self.known.append(key) }
        guard let entry = self.entries.first(where: { $0.name == key }) else { return nil }
        self.reading.note(self.keyPath(key), at: self.reading.span(of: entry.value))
        return entry.value.isNull ? nil : entry.value
    }

    /// Where the value of `key` stands, or the section when it does not stand there.
    func span(_ key: String) -> SourceSpan {
        self.reading.spans[self.keyPath(key)] ?? self.span
    }

    func section(_ key: String) -> Section? {
        guard let node = self.node(key) else { return nil }
        guard node.mapping != nil else {
            self.report(.badValue, key, "`\(key)` must be a mapping, `{name: value}`")
            return nil
        }
        return self.child(node, key: key, suffix: "", schemaSuffix: "")
    }

    func sections(_ key: String) -> [Section] {
        guard let node = self.node(key) else { return [] }
        guard let items = node.sequence else {
            self.report(.badValue, key, "`\(key)` must be a list of mappings")
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard item.mapping != nil else {
                self.reading.report(
                    .badValue,
                    at: self.reading.span(of: item),
                    "each entry of `\(key)` must be a mapping, `{name: value}`"
                )
                return nil
            }
            return self.child(item, key: key, suffix: "[\(index)]", schemaSuffix: "[]")
        }
    }

    private func child(
        _ node: Node,
        key: String,
        suffix: String,
        schemaSuffix: String
    ) -> Section {
        let schema = self.schemaPath.isEmpty ? key : "\(self.schemaPath).\(key)"
        return Section(
            node,
            path: self.keyPath(key) + suffix,
            schemaPath: schema + schemaSuffix,
            span: self.reading.span(of: node),
            reading: self.reading
        )
    }

    /// All names and values, for mappings whose keys are the author's own.
    func members() -> [(name: Spanned<String>, value: Node)] {
        self.entries.map { entry in
            self.known.append(entry.name)
            return (Spanned(entry.name, at: entry.span), entry.value)
        }
    }

    func report(
        _ rule: ConfigurationRule,
        _ key: String,
        _ message: String,
        help: String? = nil
    ) {
        self.reading.report(rule, at: self.span(key), message, help: help)
    }

    /// Reports the keys that nobody asked for.
    func finish(elsewhere: [String: String] = [:]) {
        for entry in self.entries where !self.known.contains(entry.name) {
            let place = self.path.isEmpty ? "" : " in `\(self.schemaPath)`"
            let meant = NearestWord.find(entry.name, among: self.known)
            let help =
                elsewhere[entry.name].map { "\($0) has this key" }
                ?? meant.map { "did you mean `\($0)`?" }
                ?? "known keys: \(self.known.sorted().joined(separator: ", "))"
            self.reading.report(
                .unknownKey,
                at: entry.span,
                "unknown key `\(entry.name)`\(place)",
                help: help
            )
        }
    }
}

extension Node {
    fileprivate var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}

extension ConfigurationReading {
    /// Where a node stands: a scalar's text, the beginning of anything else.
    func span(of node: Node) -> SourceSpan {
        guard let mark = node.mark else { return SourceSpan(start: 0, end: 0) }
        guard case .scalar(let scalar) = node else {
            return self.span(line: mark.line, column: mark.column, length: 1)
        }
        let quotes = scalar.style == .singleQuoted || scalar.style == .doubleQuoted ? 2 : 0
        let length = max(1, scalar.string.utf8.count + quotes)
        return self.span(line: mark.line, column: mark.column, length: length)
    }
}
