internal import PolicyDSL

/// The files of one policy set, read together.
struct DocumentSet {
    let addresses: [DocumentAddress]
    let texts: [TextDocument]
    let reading: PolicyReading
    let names: NameTable

    init(_ files: [(address: DocumentAddress, text: TextDocument)]) {
        self.addresses = files.map(\.address)
        self.texts = files.map(\.text)
        self.reading = PolicyReading(
            files.map { PolicySource(name: $0.address.name, bytes: $0.text.bytes) }
        )
        self.names = NameTable(self.reading.parsed)
    }

    func index(of address: DocumentAddress) -> Int? {
        self.addresses.firstIndex(of: address)
    }

    var filesWithPages: Int {
        self.reading.parsed.count { parsed in
            parsed.tree.items.contains { item in
                if case .pages = item.value { true } else { false }
            }
        }
    }

    /// Where a span stands, for an editor.
    func place(of span: SourceSpan) -> (address: DocumentAddress, range: TextRange)? {
        guard self.texts.indices.contains(span.source) else { return nil }
        return (self.addresses[span.source], self.texts[span.source].range(of: span))
    }

    /// The item that holds an offset of a file.
    func item(at offset: Int, in index: Int) -> Spanned<SyntaxTree.Item>? {
        self.reading.parsed[index].tree.items.first {
            $0.span.start <= offset && offset <= $0.span.end
        }
    }
}
