/// A language the pages are written in.
package enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case german = "de"

    /// The side from which it is read.
    var direction: String {
        switch self {
        case .english, .german: "ltr"
        }
    }

    var texts: [TextKey: Phrase] {
        switch self {
        case .english: English.texts
        case .german: German.texts
        }
    }

    /// What the language is called in itself.
    package var name: String {
        switch self {
        case .english: "English"
        case .german: "Deutsch"
        }
    }
}

extension Language {
    /// The language that `Accept-Language` likes best (RFC 9110 section 12.5.4); English where it
    /// names none of ours.
    package init(accepting field: String?) {
        var best: (language: Language, quality: Int)?
        for range in (field ?? "").split(separator: ",").prefix(32) {
            let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
            guard let tag = parts.first?.lowercased() else { continue }
            let quality =
                parts.dropFirst().first { $0.hasPrefix("q=") }
                .map { Self.thousandths($0.dropFirst(2)) } ?? 1_000
            let primary = tag.split(separator: "-").first.map(String.init) ?? ""
            let language = tag == "*" ? .english : Language(rawValue: primary)
            guard let language, quality > (best?.quality ?? 0) else { continue }
            best = (language, quality)
        }
        self = best?.language ?? .english
    }

    private static func thousandths(_ text: Substring) -> Int {
        guard let value = Double(text), (0...1).contains(value) else { return 0 }
        return Int(value * 1_000)
    }
}
