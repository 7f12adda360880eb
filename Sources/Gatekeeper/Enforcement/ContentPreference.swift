/// Whether a client would rather read HTML than JSON (RFC 9110, section 12.5.1).
enum ContentPreference {
    /// Compares the quality of HTML, which has to be named, with that of JSON.
    ///
    /// For JSON the most specific range counts. A client that names both alike reads JSON.
    static func prefersHTML(accept: String?) -> Bool {
        // Nothing else can name HTML, and most programs' fields stop here.
        guard let accept, Self.mayNameHTML(accept) else { return false }
        var html = 0.0
        var json: Double?
        var application: Double?
        var anything: Double?
        for item in accept.utf8.split(separator: UInt8(ascii: ",")) {
            let parts = item.split(separator: UInt8(ascii: ";")).map(Self.trimmed)
            guard let range = parts.first else { continue }
            let quality = Self.quality(of: parts.dropFirst())
            switch String(Substring(range)).lowercased() {
            case "text/html", "application/xhtml+xml": html = max(html, quality)
            case "application/json", "application/problem+json": json = max(json ?? 0, quality)
            case "application/*": application = quality
            case "*/*": anything = quality
            default: break
            }
        }
        if let json { return html > json }
        return html > 0 && html >= application ?? anything ?? 0
    }

    // "text/html" and "application/xhtml+xml" share these letters.
    private static func mayNameHTML(_ accept: String) -> Bool {
        var matched = 0
        let word: InlineArray<4, UInt8> = [0x68, 0x74, 0x6D, 0x6C]
        return accept.utf8.contains { byte in
            let letter = byte | 0x20
            matched = letter == word[matched] ? matched + 1 : letter == word[0] ? 1 : 0
            return matched == word.count
        }
    }

    private static func quality(of parameters: some Sequence<Substring.UTF8View>) -> Double {
        for parameter in parameters {
            let text = Substring(parameter)
            guard text.lowercased().hasPrefix("q=") else { continue }
            guard let quality = Double(text.dropFirst(2)), (0...1).contains(quality) else {
                return 0
            }
            return quality
        }
        return 1
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return rest
    }
}
