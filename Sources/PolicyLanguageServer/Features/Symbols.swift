internal import JSON
internal import PolicyDSL

// The outline of a document.
extension DocumentInSet {
    var symbols: JSONValue {
        .array(
            self.parsed.tree.items.map { item in
                let symbol = item.value.symbol
                return [
                    "name": .string(symbol.name),
                    "kind": .integer(symbol.kind),
                    "range": self.text.range(of: item.span).json,
                    "selectionRange": self.text.range(of: symbol.place ?? item.span).json,
                ]
            }
        )
    }

    /// The whole text in the canonical layout; nothing where it cannot be read.
    var formatting: JSONValue {
        let source = PolicySource(name: "", bytes: self.text.bytes)
        guard let formatting = try? Formatting(source) else { return .null }
        guard formatting.isChanged else { return [] }
        return [["range": self.text.whole.json, "newText": .string(formatting.text)]]
    }
}

extension SyntaxTree.Item {
    // The numbers are the protocol's: module, constant, event, class, function.
    fileprivate var symbol: (name: String, kind: Int64, place: SourceSpan?) {
        switch self {
        case .pages: ("pages", 2, nil)
        case .define(let define): (define.name.value, 14, define.name.span)
        case .admit(let admit):
            ("admit " + admit.classes.map(\.value.rawValue).joined(separator: ", "), 24, nil)
        case .policy(let policy): (policy.name.value, 5, policy.name.span)
        case .test(let test):
            (test.title.value.isEmpty ? "test" : test.title.value, 12, test.title.span)
        }
    }
}
