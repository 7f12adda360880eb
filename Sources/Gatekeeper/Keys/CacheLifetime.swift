internal import NIOCore
internal import NIOHTTP1

/// How long a key set may be used before it is asked for again (RFC 9111 section 5.2.2).
enum CacheLifetime {
    static let shortest = TimeAmount.seconds(60)
    static let longest = TimeAmount.minutes(10)
    /// Where the answer says nothing.
    static let usual = TimeAmount.minutes(5)

    static func of(_ headers: HTTPHeaders) -> TimeAmount {
        let directives = headers[canonicalForm: "cache-control"].map { $0.lowercased() }
        guard !directives.contains(where: { $0 == "no-store" || $0 == "no-cache" }) else {
            return self.shortest
        }
        for directive in directives where directive.hasPrefix("max-age=") {
            let digits = directive.dropFirst("max-age=".count).filter { $0 != "\"" }
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                return self.shortest
            }
            let seconds = Int64(digits) ?? Int64.max / 1_000_000_000
            let bounded = min(max(seconds, 60), 600)
            return min(max(.seconds(bounded), self.shortest), self.longest)
        }
        return self.usual
    }
}
