internal import HTTPMessage

/// The pairs of a query, told apart the way applications do it.
enum QueryPairs {
    /// `query` without the pairs whose decoded name `isRemoved` says so of; the others stay byte
    /// for byte.
    static func removing(
        from query: String,
        where isRemoved: (_ name: [UInt8]) -> Bool
    ) -> String {
        query.split(separator: "&", omittingEmptySubsequences: false)
            .filter { !isRemoved(Self.name(of: $0)) }
            .joined(separator: "&")
    }

    /// The decoded value of the first pair called `name`.
    static func value(of name: String, in query: String) -> [UInt8]? {
        let pair = query.split(separator: "&").first { pair in
            Self.name(of: pair).elementsEqual(name.utf8)
        }
        guard let pair else { return nil }
        let value = Array(pair.utf8.drop { $0 != UInt8(ascii: "=") }.dropFirst())
        return PercentEncoding.decode(value) ?? value
    }

    /// Whether `isWanted` holds for the name of any pair.
    static func contains(in query: String, where isWanted: (_ name: [UInt8]) -> Bool) -> Bool {
        query.split(separator: "&").contains { isWanted(Self.name(of: $0)) }
    }

    // Applications decode names before they look at them, so `%63ode` is `code`.
    private static func name(of pair: Substring) -> [UInt8] {
        let name = Array(pair.utf8.prefix { $0 != UInt8(ascii: "=") })
        return PercentEncoding.decode(name) ?? name
    }
}
