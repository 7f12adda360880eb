/// The word that was probably meant.
enum NearestWord {
    static func find(_ word: String, among candidates: [String]) -> String? {
        let typed = Array(word.lowercased().utf8.prefix(64))
        let scored = candidates.map { candidate in
            (candidate, Self.distance(typed, Array(candidate.utf8)))
        }
        guard let best = scored.min(by: { $0.1 < $1.1 }) else { return nil }
        // A short word with two wrong letters is another word.
        return best.1 <= max(1, typed.count / 3) ? best.0 : nil
    }

    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (byte == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
