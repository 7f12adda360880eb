internal import HTTPMessage

/// The pairs of a query, told apart the way applications do it.
enum QueryPairs {
    /// `query` without the pairs whose decoded name `isRemoved` says so of; the others stay byte
    /// for byte.
    static func removing(
        from query: String,
        where isRemoved: (_ name: ArraySlice<UInt8>) -> Bool
    ) -> String {
        guard Self.contains(in: query, where: isRemoved) else { return query }
        let kept = Array(query.utf8).split(separator: .ampersand, omittingEmptySubsequences: false)
            .filter { !isRemoved(Self.name(of: $0)) }
        return String(decoding: Array(kept.joined(separator: [.ampersand])), as: UTF8.self)
    }

    /// The decoded value of the first pair called `name`.
    static func value(of name: String, in query: String) -> [UInt8]? {
        let pair = Array(query.utf8).split(separator: .ampersand).first { pair in
            Self.name(of: pair).elementsEqual(name.utf8)
        }
        guard let pair else { return nil }
        let value = Array(pair.drop { $0 != .equals }.dropFirst())
        return PercentEncoding.decode(value) ?? value
    }

    /// Whether `isWanted` holds for the name of any pair.
    static func contains(
        in query: String,
        where isWanted: (_ name: ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var rest = Array(query.utf8)[...]
        while true {
            let pair = rest.prefix { $0 != .ampersand }
            if isWanted(Self.name(of: pair)) { return true }
            guard pair.endIndex < rest.endIndex else { return false }
            rest = rest[(pair.endIndex + 1)...]
        }
    }

    // Applications decode names before they look at them, so `%63ode` is `code`.
    private static func name(of pair: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let name = pair.prefix { $0 != .equals }
        guard name.contains(.percent), let decoded = PercentEncoding.decode(Array(name)) else {
            return name
        }
        return decoded[...]
    }
}

extension UInt8 {
    fileprivate static let percent = UInt8(ascii: "%")
    fileprivate static let ampersand = UInt8(ascii: "&")
    fileprivate static let equals = UInt8(ascii: "=")
}
