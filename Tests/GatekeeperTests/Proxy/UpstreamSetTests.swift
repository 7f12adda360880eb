import NIOCore
import NIOEmbedded
import Testing

@testable import Gatekeeper

@Suite struct UpstreamSetTests {
    private static let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private static func pools(_ count: Int) -> [UpstreamPool] {
        var settings = ProxySettings(
            listeners: [],
            upstreams: (0..<count).map { .unix(path: "/\($0)") }
        )
        settings.ejection = (failures: 2, duration: .seconds(10))
        return settings.targets().map {
            UpstreamPool(eventLoop: EmbeddedEventLoop(), target: $0, limits: ProxyLimits())
        }
    }

    private static func order(_ set: UpstreamSet, _ pools: [UpstreamPool], _ count: Int) -> [Int?] {
        (0..<count).map { _ in
            let chosen = set.choose(at: Self.now)
            return pools.firstIndex { $0 === chosen }
        }
    }

    @Test("round robin takes turns")
    func roundRobin() {
        let pools = Self.pools(3)
        let set = UpstreamSet(pools, balance: .roundRobin)
        #expect(Self.order(set, pools, 6) == [0, 1, 2, 0, 1, 2])
    }

    @Test("the least loaded server is next, and equals take turns")
    func leastLoaded() {
        let pools = Self.pools(3)
        let set = UpstreamSet(pools, balance: .leastLoaded)
        #expect(Self.order(set, pools, 3) == [0, 1, 2])
        pools[0].load = 2
        pools[1].load = 1
        pools[2].load = 3
        #expect(Self.order(set, pools, 3) == [1, 1, 1])
    }

    @Test("an ejected server is passed over until its time is up")
    func ejection() {
        let pools = Self.pools(2)
        let set = UpstreamSet(pools, balance: .roundRobin)
        pools[0].health.failed(at: Self.now)
        #expect(Self.order(set, pools, 2) == [0, 1])
        pools[0].health.failed(at: Self.now)
        #expect(Self.order(set, pools, 4) == [1, 1, 1, 1])
        #expect(set.choose(at: Self.now + .seconds(9)) === pools[1])
        #expect(set.choose(at: Self.now + .seconds(10)) === pools[1])
        #expect(set.choose(at: Self.now + .seconds(10)) === pools[0])
        pools[0].health.succeeded()
        #expect(Self.order(set, pools, 2) == [1, 0])
    }

    @Test("where all are ejected, the one that comes back first is tried")
    func allEjected() {
        let pools = Self.pools(2)
        let set = UpstreamSet(pools, balance: .leastLoaded)
        for _ in 0..<2 { pools[1].health.failed(at: Self.now) }
        for _ in 0..<2 { pools[0].health.failed(at: Self.now + .seconds(1)) }
        #expect(Self.order(set, pools, 2) == [1, 1])
    }

    @Test("a server that fails its checks gets nothing, and none is none")
    func checks() {
        let pools = Self.pools(2)
        let set = UpstreamSet(pools, balance: .roundRobin)
        pools[0].health.checked(isUp: false)
        #expect(Self.order(set, pools, 2) == [1, 1])
        pools[1].health.checked(isUp: false)
        #expect(Self.order(set, pools, 2) == [nil, nil])
        let single = Self.pools(1)
        let alone = UpstreamSet(single, balance: .roundRobin)
        for _ in 0..<9 { single[0].health.failed(at: Self.now) }
        #expect(alone.choose(at: Self.now) === single[0])
        single[0].health.checked(isUp: false)
        #expect(alone.choose(at: Self.now) == nil)
    }

    @Test("a request is not given to a server that it has tried")
    func avoiding() {
        let pools = Self.pools(2)
        let set = UpstreamSet(pools, balance: .roundRobin)
        #expect(set.choose(at: Self.now, avoiding: [pools[0]]) === pools[1])
        #expect(set.choose(at: Self.now, avoiding: pools) == nil)
    }

    @Test("a verdict changes after so many contrary answers in a row")
    func verdict() {
        let check = UpstreamCheck(
            path: "/",
            interval: .seconds(1),
            timeout: .seconds(1),
            healthyAfter: 2,
            unhealthyAfter: 3
        )
        var verdict = UpstreamVerdict()
        var states: [Bool] = []
        for isGood in [false, false, true, false, false, false, true, false, true, true] {
            verdict.take(isGood, by: check)
            states.append(verdict.isUp)
        }
        #expect(
            states == [true, true, true, true, true, false, false, false, false, true]
        )
    }
}
