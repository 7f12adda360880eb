/// Whether a client would rather read HTML than anything else it names (RFC 9110, section 12.5.1).
enum ContentPreference {
    /// Compares the quality of `text/html` with that of JSON; a client that says nothing, or names
    /// only `*/*`, does not prefer HTML.
    static func prefersHTML(accept: String?) -> Bool {
        guard let accept else { return false }
        var html = 0.0
        var json = 0.0
        for item in accept.split(separator: ",") {
            let parts = item.split(separator: ";").map(Self.trimmed)
            guard let range = parts.first?.lowercased() else { continue }
            let quality = Self.quality(of: parts.dropFirst())
            switch range {
            case "text/html", "application/xhtml+xml": html = max(html, quality)
            case "application/json", "application/problem+json": json = max(json, quality)
            default: break
            }
        }
        return html > 0 && html >= json
    }

    private static func quality(of parameters: some Sequence<String>) -> Double {
        for parameter in parameters where parameter.lowercased().hasPrefix("q=") {
            guard let quality = Double(parameter.dropFirst(2)), (0...1).contains(quality) else {
                return 0
            }
            return quality
        }
        return 1
    }

    private static func trimmed(_ text: Substring) -> String {
        String(
            text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
                .reversed()
        )
    }
}
