package import JSON
package import PolicyDSL

/// A policy set as JSON: the tree of its sources, for programs that read or write policies.
///
/// Comments and layout are no part of it. Reading what was written gives the same tree again.
package struct PolicyDocument: Equatable, Sendable {
    package let tree: SyntaxTree

    /// Why a JSON value is no policy document, and where in it.
    package struct Refusal: Error, Equatable, Sendable {
        /// The way to the offending value: `items[3].clauses[0].subject`.
        package let place: String
        package let message: String
    }

    /// The document of a tree whose text was read without errors.
    package init(_ tree: SyntaxTree) {
        self.tree = tree
    }

    /// The document of all sources of a set; the order of files and items carries no meaning.
    package init(_ sources: [ParsedSource]) {
        self.tree = SyntaxTree(
            version: sources.first?.tree.version,
            items: sources.flatMap(\.tree.items)
        )
    }

    /// Reads a document, and makes sure that the language can say all of it.
    package init(_ json: JSONValue) throws(Refusal) {
        let node = DocumentNode(json, at: "")
        try node.expect(["gatekeeper", "items"])
        guard try node.integer("gatekeeper") == 1 else {
            throw node.member("gatekeeper").refusal("expected version 1")
        }
        let items = try node.list("items") { (item) throws(Refusal) in
            try item.item()
        }
        for (index, item) in items.enumerated() {
            guard Self.canBeWritten(item) else {
                throw Refusal(
                    place: "items[\(index)]",
                    message:
                        "the language cannot say this: what was written would be read otherwise"
                )
            }
        }
        self.tree = SyntaxTree(version: Spanned(1), items: items)
    }

    // A text with a quote in it, a name with a space: what is printed must not turn into clauses.
    private static func canBeWritten(_ item: Spanned<SyntaxTree.Item>) -> Bool {
        let tree = SyntaxTree(version: Spanned(1), items: [item])
        let source = PolicySource(name: "", text: SyntaxPrinter.text(of: tree))
        let parsed = ParsedSource(source)
        return parsed.diagnostics.isEmpty && parsed.comments.isEmpty && parsed.tree == tree
    }
}

extension PolicyDocument {
    package var json: JSONValue {
        ["gatekeeper": 1, "items": .array(self.tree.items.map(\.value.json))]
    }

    /// The set as one source in the canonical layout.
    package var text: String { SyntaxPrinter.text(of: self.tree) }
}
