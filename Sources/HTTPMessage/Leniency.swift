/// What a route may accept by name although it is refused or removed by default.
package struct Leniency: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// An empty set that needs no generic code: it is made for every request.
    package static var none: Self { Self(rawValue: 0) }

    package static let encodedSlash = Self(rawValue: 1 << 0)
    package static let doubleSlash = Self(rawValue: 1 << 1)
    package static let semicolon = Self(rawValue: 1 << 2)
    package static let originalURL = Self(rawValue: 1 << 3)
    package static let rewriteURL = Self(rawValue: 1 << 4)
    package static let httpMethod = Self(rawValue: 1 << 5)
    package static let httpMethodOverride = Self(rawValue: 1 << 6)
    package static let methodOverride = Self(rawValue: 1 << 7)
    package static let middlewareSubrequest = Self(rawValue: 1 << 8)

    /// The part that concerns the path; without it the request is refused.
    package static let ofPath: Self = [.encodedSlash, .doubleSlash, .semicolon]

    /// Every leniency with the word that names it in a configuration.
    package static let words: [(word: String, leniency: Self)] = [
        ("encoded-slash", .encodedSlash),
        ("double-slash", .doubleSlash),
        ("semicolon", .semicolon),
        ("x-original-url", .originalURL),
        ("x-rewrite-url", .rewriteURL),
        ("x-http-method", .httpMethod),
        ("x-http-method-override", .httpMethodOverride),
        ("x-method-override", .methodOverride),
        ("x-middleware-subrequest", .middlewareSubrequest),
    ]

    /// The leniency that `word` names, or nil.
    package init?(word: String) {
        guard let match = Self.words.first(where: { $0.word == word }) else { return nil }
        self = match.leniency
    }
}
