/// An upstream's response head that was parsed and found safe to pass on.
package struct ResponseHead: Sendable {
    package internal(set) var bytes: [UInt8] = []
    package internal(set) var fields: [HeadField] = []
    package internal(set) var names = FieldNames()
    package internal(set) var status: UInt16 = 0
    package internal(set) var reason = ByteRange.empty
    package internal(set) var version = HTTPVersion.http11
    /// The length the fields announce, whether or not a body follows (HEAD, 304).
    package internal(set) var announcedLength: UInt64?
    package internal(set) var framing = BodyFraming.none
    /// Whether the upstream keeps its connection after this response.
    package internal(set) var keepsConnection = true
    package internal(set) var nominatesFields = false
    package internal(set) var switchesToWebSocket = false

    package init() {}

    /// A 1xx response that another one follows.
    package var isInterim: Bool { self.status < 200 && self.status != 101 }
}

/// What of a request decides how its response is framed.
package struct ResponseContext: Equatable, Sendable {
    package let isHead: Bool
    package let asksForWebSocket: Bool

    package init(isHead: Bool, asksForWebSocket: Bool) {
        self.isHead = isHead
        self.asksForWebSocket = asksForWebSocket
    }
}
