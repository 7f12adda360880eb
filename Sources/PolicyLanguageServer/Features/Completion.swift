internal import JSON
internal import PolicyDSL

// What may come next, as the grammar sees it.
extension DocumentInSet {
    func completion(at position: TextPosition) -> JSONValue {
        let offset = self.text.offset(of: position)
        let source = PolicySource(name: "", bytes: self.text.bytes)
        guard let next = Continuations(in: source, at: offset) else { return [] }
        let range = self.text.range(of: SourceSpan(start: next.start, end: offset))
        let words = next.words.map { word in
            CompletionItem(word, kind: .keyword, detail: WordGuide.entry(of: word))
        }
        let items = words + next.things.flatMap(self.suggestions)
        var seen: Set<String> = []
        return .array(
            items.filter { seen.insert($0.label).inserted }.enumerated().map { number, item in
                item.json(replacing: range, number: number)
            }
        )
    }

    /// What could be meant by a kind of thing: names of the set, or a text to begin from.
    private func suggestions(for thing: String) -> [CompletionItem] {
        switch thing {
        case "a path": self.defines(.paths) + [CompletionItem("/", kind: .value)]
        case "a host": self.defines(.hosts)
        case "a method", "a define of methods": self.defines(.methods)
        case "a policy":
            self.set.names.definitions(.policy).map { CompletionItem($0, kind: .function) }
        case "a claim path": [CompletionItem("app_metadata.role", kind: .value)]
        case "a number": ["5", "15", "30"].map { CompletionItem($0, kind: .value) }
        case "string": [CompletionItem("\"\"", kind: .value)]
        default: []
        }
    }

    private func defines(_ kind: DefineSyntax.Kind) -> [CompletionItem] {
        self.set.names.definitions(.define(kind)).map { name in
            CompletionItem(name, kind: .constant, detail: "define of \(kind.rawValue)")
        }
    }
}

private struct CompletionItem {
    enum Kind: Int64 {
        case function = 3
        case value = 12
        case keyword = 14
        case constant = 21
    }

    let label: String
    let kind: Kind
    var detail: String?

    init(_ label: String, kind: Kind, detail: String? = nil) {
        self.label = label
        self.kind = kind
        self.detail = detail
    }

    func json(replacing range: TextRange, number: Int) -> JSONValue {
        let digits = String(number)
        let order = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        var item: JSONObject = [
            "label": .string(self.label), "kind": .integer(self.kind.rawValue),
            "sortText": .string(order),
            "textEdit": ["range": range.json, "newText": .string(self.label)],
        ]
        item["detail"] = self.detail.map(JSONValue.string)
        return .object(item)
    }
}
