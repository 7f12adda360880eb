internal import HTTPMessage

/// One cookie of a request: the name, and the value as it was sent.
struct Cookie: Equatable, Sendable {
    var name: String
    var value: [UInt8]
}

extension Cookie {
    /// The cookies of a request, in order; values without a name are nobody's.
    ///
    /// Quotes around a value are taken off, as applications do (RFC 6265, section 4.1.1).
    static func all(in head: borrowing RequestHead) -> [Cookie] {
        var pairs: [CookiePair] = []
        head.forEachCookie { pairs.append($0) }
        var cookies: [Cookie] = []
        for pair in pairs where !pair.name.isEmpty {
            var value = head[pair.value]
            let quote = UInt8(ascii: "\"")
            if value.count >= 2, value.first == quote, value.last == quote {
                value = value.dropFirst().dropLast()
            }
            cookies.append(Cookie(name: head.text(pair.name), value: Array(value)))
        }
        return cookies
    }
}
