internal import NIOCore

/// What one client may have open, and how often it may ask.
struct ClientLimits: Equatable, Sendable {
    /// Nil where nobody counts.
    var connections: Int?
    var rate: RequestRate?

    var isOff: Bool { self.connections == nil && self.rate == nil }
}

/// A pace that a client may keep, and how far it may run ahead of it.
struct RequestRate: Equatable, Sendable {
    let perSecond: Int
    /// Requests that may come at once after a rest.
    let burst: Int
}

extension RequestRate {
    /// What became of one request.
    enum Ruling: Equatable {
        /// Paid for: the client is square again at this time.
        case admitted(square: Int64)
        /// The next request is admitted after so long.
        case early(by: TimeAmount)
    }

    // The generic cell rate algorithm (ITU-T I.371): one number per client, and no timer that
    // fills buckets. All times are nanoseconds.
    func ruling(square: Int64, at now: Int64) -> Ruling {
        let interval = 1_000_000_000 / Int64(self.perSecond)
        let ahead = max(square, now) - now
        let early = ahead - interval * Int64(self.burst - 1)
        return early > 0
            ? .early(by: .nanoseconds(early)) : .admitted(square: now + ahead + interval)
    }
}
