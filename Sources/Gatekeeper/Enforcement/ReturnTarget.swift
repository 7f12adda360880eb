internal import HTTPMessage

/// Where the user wanted to go, as it travels in a page's URL.
enum ReturnTarget {
    /// Longer values are left out; servers and browsers begin to cut URLs not far above.
    static let maximumBytes = 2048

    /// Parameters that are good for one use, or secret, and never travel on.
    private static let oneTime = [
        "code", "token_hash", "access_token", "refresh_token", "sb_flow_id",
    ]

    /// The percent-encoded value of the parameter, or `nil` where it would be too long or lead
    /// elsewhere.
    ///
    /// - `path`: the canonical path.
    /// - `query`: the query as it was sent, without `?`.
    /// - `parameter`: our own parameter's name, which is dropped so that values do not nest.
    /// - `origin`: put in front when the page is on another origin.
    static func encoded(
        path: String,
        query: String?,
        parameter: String,
        origin: String?
    ) -> String? {
        // RFC 3986 section 4.2: behind two slashes a browser reads a host, not a path.
        guard origin != nil || !path.utf8.starts(with: "//".utf8) else { return nil }
        var target = (origin ?? "") + path
        if let kept = query.map({ Self.withoutOneTimeParameters($0, parameter: parameter) }),
            !kept.isEmpty
        {
            target += "?" + kept
        }
        let value = PercentEncoding.encode(target)
        return value.utf8.count <= Self.maximumBytes ? value : nil
    }

    private static func withoutOneTimeParameters(_ query: String, parameter: String) -> String {
        QueryPairs.removing(from: query) { name in
            name.elementsEqual(parameter.utf8) || name.starts(with: "__clerk_".utf8)
                || Self.oneTime.contains { name.elementsEqual($0.utf8) }
        }
    }
}
