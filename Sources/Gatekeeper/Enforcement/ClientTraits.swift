/// What an answer depends on, apart from the decision: who reads it, and what it can follow.
struct ClientTraits: Equatable, Sendable {
    var method = "GET"
    /// The canonical path.
    var path = "/"
    /// The query as it was sent, without `?`.
    var query: String?
    var accept: String?
    var origin: String?
    var referer: String?
    /// `Sec-Fetch-Mode`, as browsers send it.
    var fetchMode: String?
    /// Whether any `Sec-Fetch-…` field came.
    var hasFetchMetadata = false
    /// Whether another protocol is asked for (WebSocket).
    var isUpgrade = false
    /// Whether the body is gRPC's, whose clients read `grpc-status` and nothing else.
    var isGRPC = false
    /// The redirects this browser has behind it.
    var redirects = RedirectCount(cookie: nil)

    /// Whether the method reads, so that a redirect can repeat it.
    var isRead: Bool { self.method == "GET" || self.method == "HEAD" }

    var prefersHTML: Bool { ContentPreference.prefersHTML(accept: self.accept) }

    /// Whether a person's browser is loading a page: it can follow a redirect and show it.
    ///
    /// A browser that tells (Fetch Metadata) is believed; otherwise preferring HTML decides.
    var isNavigation: Bool {
        self.hasFetchMetadata ? self.fetchMode == "navigate" : self.prefersHTML
    }
}
