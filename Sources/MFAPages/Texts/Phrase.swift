/// A sentence of the text table, with `{name}` where something is filled in.
package struct Phrase: Hashable, Sendable, ExpressibleByStringLiteral {
    let text: String

    package init(stringLiteral value: String) {
        self.text = value
    }

    /// The names of the places to fill.
    package var places: Set<String> {
        Set(self.pieces.compactMap { piece in piece.isPlace ? piece.text : nil })
    }

    /// The sentence as plain text.
    func filled(_ values: [String: String] = [:]) -> String {
        self.pieces.map { $0.isPlace ? values[$0.text] ?? "" : $0.text }.joined()
    }

    /// The sentence with pieces of a page in it.
    func filled(_ values: [String: HTML]) -> HTML {
        .group(
            self.pieces.map { $0.isPlace ? values[$0.text] ?? .nothing : .text($0.text) }
        )
    }

    private var pieces: [(text: String, isPlace: Bool)] {
        var pieces: [(String, Bool)] = []
        var rest = Substring(self.text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            pieces.append((String(rest[..<open]), false))
            pieces.append((String(rest[rest.index(after: open)..<close]), true))
            rest = rest[rest.index(after: close)...]
        }
        pieces.append((String(rest), false))
        return pieces
    }
}
