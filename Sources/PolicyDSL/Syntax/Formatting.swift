/// A source in the canonical layout, beside what it was.
package struct Formatting: Sendable {
    package let source: PolicySource
    /// The canonical text.
    package let text: String

    /// Why a source cannot be formatted.
    package enum Refusal: Error {
        /// It has errors; what cannot be read cannot be laid out.
        case unreadable([Diagnostic])
        /// The canonical text would mean something else, which is a fault of ours.
        case wouldChangeMeaning
    }

    /// Lays out `source`, and reads the result again before anyone may write it.
    package init(_ source: PolicySource) throws(Refusal) {
        let before = ParsedSource(source)
        guard before.diagnostics.isEmpty else { throw .unreadable(before.diagnostics) }
        let text = SyntaxPrinter.text(of: before.tree, comments: before.comments, from: source)
        let after = ParsedSource(PolicySource(name: source.name, text: text))
        let keepsComments =
            before.comments.map(\.text).sorted() == after.comments.map(\.text).sorted()
        guard after.diagnostics.isEmpty, after.tree == before.tree, keepsComments else {
            throw .wouldChangeMeaning
        }
        self.source = source
        self.text = text
    }

    /// Whether the source is not in the canonical layout yet.
    package var isChanged: Bool {
        !self.source.bytes.elementsEqual(self.text.utf8)
    }
}

extension Formatting {
    /// The changes as a unified diff without context lines; empty where nothing changes.
    package var diff: String {
        guard self.isChanged else { return "" }
        let old = Self.lines(String(decoding: self.source.bytes, as: UTF8.self))
        let new = Self.lines(self.text)
        let (removed, inserted) = Self.changes(old, new)
        var hunks = ["--- \(self.source.name)", "+++ \(self.source.name)"]
        var place = (old: 0, new: 0)
        while place.old < old.count || place.new < new.count {
            guard removed.contains(place.old) || inserted.contains(place.new) else {
                place = (place.old + 1, place.new + 1)
                continue
            }
            let start = place
            while removed.contains(place.old) { place.old += 1 }
            while inserted.contains(place.new) { place.new += 1 }
            let lost = old[start.old..<place.old]
            let won = new[start.new..<place.new]
            hunks.append("@@ -\(Self.range(lost)) +\(Self.range(won)) @@")
            hunks += lost.map { "-" + $0 } + won.map { "+" + $0 }
        }
        return hunks.map { $0 + "\n" }.joined()
    }

    /// Which lines of the old text go, and which of the new one come.
    private static func changes(_ old: [Substring], _ new: [Substring]) -> (Set<Int>, Set<Int>) {
        // The time to find the fewest changes grows with the square of their number.
        guard max(old.count, new.count) <= Self.mostComparedLines else {
            return (Set(old.indices), Set(new.indices))
        }
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        return (removed, inserted)
    }

    private static let mostComparedLines = 4_000

    private static func lines(_ text: String) -> [Substring] {
        let lines = text.utf8.split(separator: Ascii.lineFeed, omittingEmptySubsequences: false)
        guard let last = lines.last else { return [] }
        let rest = lines.dropLast().map { Substring($0) }
        return last.isEmpty ? rest : rest + [Substring(last) + "\n\\ No newline at end of file"]
    }

    // An empty range is named by the line before it.
    private static func range(_ lines: ArraySlice<Substring>) -> String {
        let first = lines.isEmpty ? lines.startIndex : lines.startIndex + 1
        return lines.count == 1 ? "\(first)" : "\(first),\(lines.count)"
    }
}
