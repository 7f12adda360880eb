import PolicyDSL
import Testing

@testable import DemoAuthority

@Suite struct RateLimiterTests {
    private static let start = Instant(microseconds: 0)

    private static func exhausted(_ endpoint: LimitedEndpoint) -> RateLimiter {
        var limiter = RateLimiter()
        for _ in 0..<30 {
            #expect(limiter.take(endpoint, client: "a", at: Self.start) == nil)
        }
        return limiter
    }

    @Test(
        "after a burst of thirty, each endpoint regains requests at its own rate",
        arguments: [
            (.token, 2), (.factorChallenge, 4), (.factorVerify, 4), (.account, 10),
            (.anonymous, 120),
        ] as [(LimitedEndpoint, Int64)]
    )
    func rate(endpoint: LimitedEndpoint, seconds: Int64) {
        var limiter = Self.exhausted(endpoint)
        #expect(limiter.take(endpoint, client: "a", at: Self.start) == seconds)
        let later = Self.start.adding(seconds: seconds)
        #expect(limiter.take(endpoint, client: "a", at: later) == nil)
        #expect(limiter.take(endpoint, client: "a", at: later) == seconds)
    }

    @Test func clientsAndEndpointsHaveBucketsOfTheirOwn() {
        var limiter = Self.exhausted(.token)
        #expect(limiter.take(.token, client: "b", at: Self.start) == nil)
        #expect(limiter.take(.account, client: "a", at: Self.start) == nil)
    }

    @Test func aClockThatGoesBackGivesNothing() {
        var limiter = Self.exhausted(.token)
        let earlier = Self.start.adding(seconds: -3_600)
        #expect(limiter.take(.token, client: "a", at: earlier) == 2)
        #expect(limiter.take(.token, client: "a", at: Self.start) == 2)
    }
}
