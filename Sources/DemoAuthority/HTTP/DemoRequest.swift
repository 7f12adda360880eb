package import NIOHTTP1

/// One request, read whole: the bodies of demonstrations are small.
package struct DemoRequest: Sendable {
    package let method: HTTPMethod
    /// The path without the query.
    package let path: String
    package let query: [String: String]
    package let headers: HTTPHeaders
    package let body: [UInt8]
    /// The address of whoever is connected.
    package let peer: String

    package init(
        method: HTTPMethod,
        target: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        peer: String = "127.0.0.1"
    ) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.method = method
        self.path = parts.first.map(String.init) ?? "/"
        self.query = parts.count > 1 ? FormEncoding.decode(String(parts[1])) : [:]
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The fields of a form body.
    package var form: [String: String] {
        FormEncoding.decode(String(decoding: self.body, as: UTF8.self))
    }

    /// The values of all cookies, by name; where one is repeated, the first counts.
    package var cookies: [String: String] {
        var cookies: [String: String] = [:]
        for field in self.headers["cookie"] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                let name = String(parts[0].drop { $0 == " " })
                if cookies[name] == nil { cookies[name] = String(parts[1]) }
            }
        }
        return cookies
    }
}
