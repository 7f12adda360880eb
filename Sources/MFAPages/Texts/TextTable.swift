/// The texts of one language, filled in for one brand.
package struct TextTable: Sendable {
    package let language: Language
    /// What the product calls itself.
    let name: String

    package init(_ language: Language, name: String) {
        self.language = language
        self.name = name
    }

    func plain(_ key: TextKey, _ values: [String: String] = [:]) -> String {
        var values = values
        values["name"] = self.name
        return self.phrase(key).filled(values)
    }

    /// A sentence in which what somebody else wrote stands on its own.
    func html(_ key: TextKey, _ values: [String: String] = [:]) -> HTML {
        var pieces = values.mapValues { HTML.foreign($0) }
        pieces["name"] = .foreign(self.name)
        return self.phrase(key).filled(pieces)
    }

    /// A span of time as people say it, rounded up.
    func time(_ seconds: Int) -> String {
        seconds < 120
            ? self.plain(.seconds, ["count": "\(max(1, seconds))"])
            : self.plain(.minutes, ["count": "\((seconds + 59) / 60)"])
    }

    // A language without a text speaks English there; a test sees to it that none is missing.
    private func phrase(_ key: TextKey) -> Phrase {
        self.language.texts[key] ?? English.texts[key] ?? Phrase(stringLiteral: key.rawValue)
    }
}
