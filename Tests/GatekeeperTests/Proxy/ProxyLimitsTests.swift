import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct ProxyLimitsTests {
    @Test(
        "deadlines are looked at often enough, and not more often",
        arguments: [
            (TimeAmount.seconds(10), TimeAmount.milliseconds(500)),
            (.seconds(1), .milliseconds(50)), (.milliseconds(1), .milliseconds(10)),
            (.minutes(5), .milliseconds(500)),
        ]
    )
    func ticks(shortest: TimeAmount, expected: TimeAmount) {
        var limits = ProxyLimits()
        limits.headerReadTimeout = shortest
        limits.idleTimeout = .minutes(10)
        limits.responseTimeout = .minutes(10)
        #expect(limits.tickInterval == expected)
    }
}
