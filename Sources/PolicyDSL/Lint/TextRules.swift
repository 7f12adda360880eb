// GK224, GK226: the text itself.
extension LintSubject {
    /// GK226: one layout for all.
    var layouts: [Finding] {
        self.reading.parsed.enumerated().compactMap { index, parsed in
            guard let formatting = try? Formatting(parsed.source), formatting.isChanged else {
                return nil
            }
            let start = parsed.tree.version?.span.start ?? 0
            return Finding(
                Diagnostic(
                    .layout,
                    severity: .style,
                    at: SourceSpan(source: index, start: start, end: start + 1),
                    "not in the canonical layout",
                    help: "run `gatekeeper fmt --write`, or `lint --fix`"
                ),
                repair: formatting.text
            )
        }
    }

    /// GK224: what a reviewer reads must be what the tool reads.
    var deceptiveTexts: [Finding] {
        self.reading.parsed.enumerated().flatMap { index, parsed in
            DeceptiveText.places(in: parsed.source.bytes).map { place in
                Finding(
                    Diagnostic(
                        .deceptiveText,
                        at: SourceSpan(source: index, start: place.start, end: place.end),
                        place.kind.message,
                        help: place.kind.help
                    )
                )
            }
        }
    }
}

/// Characters that make a text look like another.
struct DeceptiveText {
    enum Kind: Hashable {
        /// Directions are changed, or nothing is shown at all.
        case hidden
        /// One word with letters of several alphabets.
        case mixed
        /// A word of another alphabet that looks like one of Latin letters.
        case lookalike

        var message: String {
            switch self {
            case .hidden: "a character that hides, or turns the text around"
            case .mixed: "a word with letters of several alphabets"
            case .lookalike: "a word that looks Latin and is not"
            }
        }

        var help: String {
            switch self {
            case .hidden: "take it away; what is read must be what is shown"
            case .mixed, .lookalike: "type the word again in one alphabet"
            }
        }
    }

    struct Place: Hashable {
        let start: Int
        let end: Int
        let kind: Kind
    }

    /// The places of deceptive words and characters, as offsets of bytes.
    static func places(in bytes: [UInt8]) -> [Place] {
        // What is plain ASCII deceives nobody.
        guard bytes.contains(where: { $0 >= 0x80 }) else { return [] }
        var places: [Place] = []
        var word: [Unicode.Scalar] = []
        var offset = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if Self.isHidden(scalar) {
                let end = offset + UTF8.width(scalar)
                places.append(Place(start: offset, end: end, kind: .hidden))
            }
            if scalar.properties.isAlphabetic {
                word.append(scalar)
            } else {
                places += Self.judge(word, endingAt: offset)
                word = []
            }
            offset += UTF8.width(scalar)
        }
        return places + Self.judge(word, endingAt: offset)
    }

    private static func judge(_ word: [Unicode.Scalar], endingAt end: Int) -> [Place] {
        let scripts = Set(word.compactMap(Self.script))
        let width = word.reduce(0) { $0 + UTF8.width($1) }
        let place = { (kind: Kind) in [Place(start: end - width, end: end, kind: kind)] }
        if scripts.count > 1 { return place(.mixed) }
        let isForeign = scripts.first.map { $0 != .latin } ?? false
        guard isForeign, word.count > 1, word.allSatisfy(Self.lookalikes.contains) else {
            return []
        }
        return place(.lookalike)
    }

    private enum Script {
        case latin
        case greek
        case cyrillic
        case armenian
        case cherokee
        case fullwidth
    }

    private static func script(_ scalar: Unicode.Scalar) -> Script? {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: .latin
        case 0x370...0x3FF: .greek
        case 0x400...0x52F: .cyrillic
        case 0x530...0x58F: .armenian
        case 0x13A0...0x13FF, 0xAB70...0xABBF: .cherokee
        case 0xFF21...0xFF3A, 0xFF41...0xFF5A: .fullwidth
        default: nil
        }
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0x00AD, 0x180E: true
        default: false
        }
    }

    private static let lookalikes = Set(
        ("\u{430}\u{435}\u{43E}\u{440}\u{441}\u{443}\u{445}\u{456}\u{455}\u{458}\u{501}\u{51B}"
            + "\u{410}\u{412}\u{415}\u{41A}\u{41C}\u{41D}\u{41E}\u{420}\u{421}\u{422}\u{425}"
            + "\u{3BF}\u{3B1}\u{3C1}\u{3BD}\u{3B9}\u{391}\u{392}\u{395}\u{39F}\u{3A1}\u{3A4}")
            .unicodeScalars
    )
}
