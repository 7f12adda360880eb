/// How the author's words are shown, and which word was probably meant.
enum Spelling {
    /// The author's word in backticks, shortened, with odd characters spelled out.
    static func quoted(_ text: String) -> String {
        let shown = Self.shown(text, limit: 60)
        return shown.contains("`") ? "\"\(shown)\"" : "`\(shown)`"
    }

    /// `text` with every character spelled out that could make a terminal show something else.
    static func shown(_ text: String, limit: Int = .max) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return result + "…" }
            result += scalar == "\t" ? "\t" : Self.shown(scalar)
            count += 1
        }
        return result
    }

    /// One scalar; control and direction-changing ones become `\u{…}`.
    static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: String(Character(scalar))
        }
    }

    /// The words of `candidates` that are nearest to `word`, if near enough to be meant.
    ///
    /// Two that are equally near are both given, the likelier one first.
    static func nearest(to word: String, among candidates: some Sequence<String>) -> [String] {
        let typed = Array(word.lowercased().utf8.prefix(Self.longest + 1))
        // One letter is as near to any other one.
        guard typed.count > 1, typed.count <= Self.longest else { return [] }
        var best: [String] = []
        var shortest = Int.max
        for candidate in candidates where candidate != word && !best.contains(candidate) {
            let meant = Array(candidate.lowercased().utf8)
            // A short word with two wrong letters is another word.
            let allowed = max(1, max(typed.count, meant.count) / 3)
            guard meant.count <= Self.longest, abs(meant.count - typed.count) <= allowed else {
                continue
            }
            let distance = Self.distance(typed, meant)
            guard distance <= min(allowed, shortest) else { continue }
            if distance < shortest { best = [] }
            shortest = distance
            best.append(candidate)
        }
        let likelier = best.sorted { Self.likeness($0.utf8, typed) > Self.likeness($1.utf8, typed) }
        return Array(likelier.prefix(2))
    }

    /// The question that ends a help.
    static func question(_ words: [String]) -> String? {
        guard !words.isEmpty else { return nil }
        return "did you mean \(words.map { "`\($0)`" }.joined(separator: " or "))?"
    }

    /// Swapped letters are likelier than lost ones, and the first letter is seldom wrong.
    private static func likeness(_ word: String.UTF8View, _ typed: [UInt8]) -> Int {
        if word.sorted() == typed.sorted() { return 2 }
        return word.first == typed.first ? 1 : 0
    }

    private static let longest = 64

    /// The fewest insertions, deletions, replacements and swaps of neighbours between two words.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforePrevious = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        var current = previous
        for row in left.indices {
            current[0] = row + 1
            for column in right.indices {
                let cost = left[row] == right[column] ? 0 : 1
                var best = min(
                    previous[column + 1] + 1,
                    current[column] + 1,
                    previous[column] + cost
                )
                let swaps =
                    row > 0 && column > 0 && left[row] == right[column - 1]
                    && left[row - 1] == right[column]
                if swaps { best = min(best, beforePrevious[column - 1] + 1) }
                current[column + 1] = best
            }
            (beforePrevious, previous, current) = (previous, current, beforePrevious)
        }
        return previous[right.count]
    }
}
