internal import PolicyDSL

/// The endpoints that are limited, each with a bucket per client address.
enum LimitedEndpoint: Hashable, CaseIterable {
    case token
    case factorChallenge
    case factorVerify
    case account
    case anonymous

    /// How many requests the bucket regains, and in how many seconds.
    var refill: (count: Double, seconds: Double) {
        switch self {
        case .token: (150, 300)
        case .factorChallenge, .factorVerify: (15, 60)
        case .account: (30, 300)
        case .anonymous: (30, 3_600)
        }
    }

    /// What a full bucket holds.
    static let burst: Double = 30
}

/// Token buckets, as Supabase's server keeps them.
struct RateLimiter {
    private struct Place: Hashable {
        let endpoint: LimitedEndpoint
        let client: String
    }

    private struct Bucket {
        var level: Double
        var seen: Instant
    }

    private var buckets: [Place: Bucket] = [:]

    /// Counts a request; where there were too many, how many seconds to wait.
    mutating func take(
        _ endpoint: LimitedEndpoint,
        client: String,
        at now: Instant
    ) -> Int64? {
        let place = Place(endpoint: endpoint, client: client)
        let refill = endpoint.refill
        let rate = refill.count / refill.seconds
        var bucket = self.buckets[place] ?? Bucket(level: LimitedEndpoint.burst, seen: now)
        let elapsed = Double(max(0, now.microseconds - bucket.seen.microseconds)) / 1_000_000
        bucket.level = min(LimitedEndpoint.burst, bucket.level + elapsed * rate)
        bucket.seen = max(bucket.seen, now)
        let isAllowed = bucket.level >= 1
        if isAllowed { bucket.level -= 1 }
        self.buckets[place] = bucket
        return isAllowed ? nil : Int64(((1 - bucket.level) / rate).rounded(.up))
    }
}
