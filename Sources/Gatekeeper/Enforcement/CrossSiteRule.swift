internal import HTTPMessage

/// Whether a request came from a page that may use the browser's cookies.
enum CrossSiteRule {
    /// Browsers attach cookies whoever made the page, so anything that may change something, and
    /// every WebSocket, must say that it comes from a page of ours.
    static func forbids(_ head: borrowing RequestHead, rules: EnforcementRules) -> Bool {
        let reads =
            head.methodKind == .get || head.methodKind == .options || head.methodKind == .head
        guard !reads || head.traits.contains(.webSocketUpgrade) else { return false }
        if let site = head.first(.secFetchSite), head[site].elementsEqual("same-origin".utf8) {
            return false
        }
        guard let origin = head.first(.origin) else { return true }
        return !rules.trusts(origin: head[origin])
    }
}
