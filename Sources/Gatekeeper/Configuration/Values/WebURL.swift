internal import HTTPMessage

/// Scheme, host and port: what browsers compare (RFC 6454).
struct WebOrigin: Hashable, Sendable {
    enum Scheme: String, Sendable {
        case http
        case https

        var defaultPort: Int {
            switch self {
            case .http: 80
            case .https: 443
            }
        }
    }

    let scheme: Scheme
    let host: String
    let port: Int

    /// Whether what is fetched from here could be read or changed on its way.
    var isExposed: Bool { self.scheme == .http && !HostAndPort.isLoopback(self.host) }

    /// The authority without a default port, as in a Host field.
    var authority: String {
        let host = HostAndPort.bracketed(self.host)
        return self.port == self.scheme.defaultPort ? host : "\(host):\(self.port)"
    }
}

extension WebOrigin {
    /// Reads an `http` or `https` origin; one trailing slash is forgiven.
    init?(_ text: String) {
        guard let url = WebURL(text), url.target == "/" || url.target.isEmpty else { return nil }
        self = url.origin
    }
}

extension WebOrigin: CustomStringConvertible {
    var description: String { "\(self.scheme.rawValue)://\(self.authority)" }
}

/// An absolute `http` or `https` URL without user information or fragment.
struct WebURL: Hashable, Sendable {
    let origin: WebOrigin
    /// Path and query exactly as written; may be empty.
    let target: String
}

extension WebURL {
    init?(_ text: String) {
        guard let schemeEnd = text.firstIndex(of: ":") else { return nil }
        guard let scheme = WebOrigin.Scheme(rawValue: text[..<schemeEnd].lowercased()) else {
            return nil
        }
        let rest = text[schemeEnd...]
        guard rest.hasPrefix("://") else { return nil }
        let afterSlashes = rest.dropFirst(3)
        let end = afterSlashes.firstIndex { $0 == "/" || $0 == "?" } ?? afterSlashes.endIndex
        guard let authority = HostAndPort(String(afterSlashes[..<end])) else { return nil }
        let target = String(afterSlashes[end...])
        guard Self.isTarget(target), authority.port != 0 else { return nil }
        self.origin = WebOrigin(
            scheme: scheme,
            host: authority.host,
            port: authority.port ?? scheme.defaultPort
        )
        self.target = target
    }

    // RFC 3986 section 3.3 and 3.4; `#` would begin a fragment, `\` is a slash to browsers.
    private static func isTarget(_ target: String) -> Bool {
        target.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x23 && $0 != 0x5C }
    }

    /// The URL with `suffix` behind its path, one slash between them.
    func appending(_ suffix: String) -> WebURL {
        let base = self.target.hasSuffix("/") ? String(self.target.dropLast()) : self.target
        return WebURL(origin: self.origin, target: "\(base)/\(suffix)")
    }

    /// The URL without one trailing slash.
    var trimmed: WebURL {
        guard self.target.hasSuffix("/") else { return self }
        return WebURL(origin: self.origin, target: String(self.target.dropLast()))
    }
}

extension WebURL: CustomStringConvertible {
    var description: String { "\(self.origin)\(self.target)" }
}

/// A URL with one `{subject}` in its path or query, or one that is the same for every subject.
struct URLTemplate: Equatable, Sendable {
    private static let mark = "{subject}"

    let origin: WebOrigin
    let before: String
    /// Nil where the URL names no subject.
    let after: String?

    init?(_ text: String) {
        guard let range = text.firstRange(of: Self.mark) else { return nil }
        guard let url = WebURL(String(text[..<range.lowerBound])), !url.target.isEmpty else {
            return nil
        }
        let after = String(text[range.upperBound...])
        guard let whole = WebURL("\(url)\(after)"), !after.contains("{") else { return nil }
        guard whole.origin == url.origin else { return nil }
        self.origin = url.origin
        self.before = url.target
        self.after = after
    }

    /// A URL that answers for whoever's token comes with the question.
    init?(fixed text: String) {
        guard let url = WebURL(text), !text.contains("{") else { return nil }
        self.origin = url.origin
        self.before = url.target
        self.after = nil
    }

    /// The URL for one subject, every byte outside RFC 3986 `unreserved` percent-encoded.
    func url(for subject: String) -> WebURL {
        let rest = self.after.map { PercentEncoding.encode(subject) + $0 } ?? ""
        return WebURL(origin: self.origin, target: self.before + rest)
    }
}

extension URLTemplate: CustomStringConvertible {
    var description: String {
        "\(self.origin)\(self.before)" + (self.after.map { "\(Self.mark)\($0)" } ?? "")
    }
}
