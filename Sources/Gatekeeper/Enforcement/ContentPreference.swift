/// Whether a client would rather read HTML than JSON (RFC 9110, section 12.5.1).
enum ContentPreference {
    /// Compares the quality of HTML, which has to be named, with that of JSON.
    ///
    /// For JSON the most specific range counts. A client that names both alike reads JSON.
    static func prefersHTML(accept: String?) -> Bool {
        guard let accept else { return false }
        var html = 0.0
        var json: Double?
        var application: Double?
        var anything: Double?
        for item in accept.split(separator: ",") {
            let parts = item.split(separator: ";").map(Self.trimmed)
            guard let range = parts.first?.lowercased() else { continue }
            let quality = Self.quality(of: parts.dropFirst())
            switch range {
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
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
