import NIOCore
import NIOHTTP1
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct KeySetLifeTests {
    private func life() -> KeySetLife {
        KeySetLife(maxStale: .hours(1), at: .at(0))
    }

    private func keyIDs(_ life: KeySetLife, at now: NIODeadline) -> [String?] {
        life.usableKeys(at: now)?.keys.entries.map { $0.keyID } ?? []
    }

    @Test("a set is fetched at once, used, and asked for again when its time is over")
    func refresh() throws {
        var life = self.life()
        #expect(life.usableKeys(at: .at(0)) == nil)
        #expect(life.woken(at: .at(0)) == .fetch)
        #expect(life.nextWake == nil)
        #expect(life.woken(at: .at(1)) == .sleep)
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(300), at: .at(2))
        #expect(self.keyIDs(life, at: .at(2)) == ["a"])
        #expect(life.nextWake == .at(302))
        #expect(life.woken(at: .at(301)) == .sleep)
        #expect(life.woken(at: .at(302)) == .fetch)
        life.fetched(try KeyFixture.document("b"), lifetime: .seconds(60), at: .at(303))
        #expect(self.keyIDs(life, at: .at(303)) == ["b"])
    }

    @Test("a failure keeps the old set until it is too old")
    func staleness() throws {
        var life = self.life()
        _ = life.woken(at: .at(0))
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(300), at: .at(0))
        _ = life.woken(at: .at(300))
        life.failed(.status(500), jitter: 1, at: .at(300))
        #expect(self.keyIDs(life, at: .at(3_599)) == ["a"])
        #expect(life.lastFailure == .status(500))
        #expect(self.keyIDs(life, at: .at(3_600)) == [])
        #expect(life.woken(at: .at(3_600)) == .fetch)
        #expect(life.held == nil)
    }

    @Test("a life wakes to drop its set even while the next fetch is far off")
    func wakesForStaleness() throws {
        var life = KeySetLife(maxStale: .seconds(60), at: .at(0))
        _ = life.woken(at: .at(0))
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(600), at: .at(0))
        #expect(life.nextWake == .at(60))
    }

    @Test("failures are followed by longer and longer pauses, up to a minute")
    func backOff() {
        var life = self.life()
        var now: Int64 = 0
        for pause: Int64 in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(life.woken(at: .at(now)) == .fetch)
            life.failed(.unreachable(.notConnected), jitter: 1, at: .at(now))
            #expect(life.nextFetch == .at(now + pause))
            now += pause
        }
    }

    @Test("jitter shortens a pause to half of it at most")
    func jitter() {
        #expect(BackOff.delay(afterFailures: 3, jitter: 0) == .seconds(2))
        #expect(BackOff.delay(afterFailures: 3, jitter: 0.5) == .seconds(3))
        #expect(BackOff.delay(afterFailures: 3, jitter: 1) == .seconds(4))
        #expect(BackOff.delay(afterFailures: 1_000, jitter: 1) == .seconds(60))
    }

    private func settled(_ keyID: String = "a") throws -> KeySetLife {
        var life = self.life()
        _ = life.woken(at: .at(0))
        life.fetched(try KeyFixture.document(keyID), lifetime: .seconds(300), at: .at(0))
        return life
    }

    @Test("an unknown key causes one fetch; whoever names it meanwhile waits for the same one")
    func missedKey() throws {
        var life = try self.settled()
        #expect(life.missedKey(.init("b"), at: .at(10)) == .fetch)
        #expect(life.missedKey(.init("b"), at: .at(10)) == .wait)
        #expect(life.isAwaited(.init("b")))
        life.fetched(try KeyFixture.document("b"), lifetime: .seconds(300), at: .at(11))
        #expect(!life.isAwaited(.init("b")))
        #expect(life.missedKey(.init("b"), at: .at(11)) == .proceed)
        #expect(life.nextFetch == .at(311))
    }

    @Test("a key that a fetch did not bring is refused at once until the cool-down is over")
    func absentKey() throws {
        var life = try self.settled()
        #expect(life.missedKey(.init("b"), at: .at(10)) == .fetch)
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(300), at: .at(10))
        #expect(life.missedKey(.init("b"), at: .at(10)) == .proceed)
        #expect(life.nextFetch == .at(310))
        #expect(life.missedKey(.init("b"), at: .at(11)) == .fetch)
    }

    @Test("a key that is first named during the cool-down waits for the fetch at its end")
    func coolDown() throws {
        var life = try self.settled()
        _ = life.missedKey(.init("bogus"), at: .at(10))
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(300), at: .at(10))
        #expect(life.missedKey(.init("c"), at: .at(10)) == .wait)
        #expect(life.missedKey(.init("d"), at: .at(10)) == .wait)
        #expect(life.nextWake == .at(11))
        #expect(life.woken(at: .at(11)) == .fetch)
        #expect(life.missedKey(.init("bogus"), at: .at(11)) == .wait)
        life.fetched(try KeyFixture.document("c"), lifetime: .seconds(300), at: .at(11))
        #expect(!life.isAwaited(.init("c")))
        #expect(!life.isAwaited(.init("d")))
        #expect(life.missedKey(.init("d"), at: .at(11)) == .proceed)
        #expect(life.isAwaited(.init("bogus")))
        #expect(life.nextWake == .at(12))
    }

    @Test("a fetch that began before a key was named does not speak for it, unless it brings it")
    func lateComer() throws {
        var life = try self.settled()
        #expect(life.woken(at: .at(300)) == .fetch)
        #expect(life.missedKey(.init("b"), at: .at(300)) == .wait)
        #expect(life.missedKey(.init("c"), at: .at(300)) == .wait)
        life.fetched(try KeyFixture.document("c"), lifetime: .seconds(300), at: .at(301))
        #expect(!life.isAwaited(.init("c")))
        #expect(life.isAwaited(.init("b")))
        #expect(life.woken(at: .at(301)) == .fetch)
    }

    @Test("tokens without a key ID are one more name")
    func unnamed() throws {
        var life = try self.settled()
        #expect(life.missedKey(.init(nil), at: .at(10)) == .fetch)
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(300), at: .at(10))
        #expect(life.missedKey(.init(nil), at: .at(10)) == .proceed)
        #expect(life.missedKey(.init(""), at: .at(10)) == .wait)
    }

    @Test("however many key IDs are invented, a bounded number of them is kept")
    func flood() throws {
        var life = try self.settled()
        _ = life.missedKey(.init("bogus"), at: .at(10))
        life.fetched(try KeyFixture.document("a"), lifetime: .seconds(300), at: .at(10))
        let actions = (0..<10_100).map { life.missedKey(.init("\($0)"), at: .at(10)) }
        #expect(actions.count { $0 == .wait } == 10_000)
        #expect(actions.last == .proceed)
    }

    @Test("unknown keys do not hurry a source that fails, and nobody waits for it")
    func missedKeyWhileFailing() {
        var life = self.life()
        _ = life.woken(at: .at(0))
        #expect(life.missedKey(.init("b"), at: .at(0)) == .wait)
        life.failed(.status(503), jitter: 1, at: .at(0))
        #expect(!life.isAwaited(.init("b")))
        life.failed(.status(503), jitter: 1, at: .at(0))
        #expect(life.missedKey(.init("b"), at: .at(1)) == .proceed)
        #expect(life.nextFetch == .at(2))
        #expect(life.missedKey(.init("b"), at: .at(2)) == .fetch)
    }

    @Test(
        "Cache-Control is honoured between a minute and ten",
        arguments: [
            ("", 300), ("max-age=600", 600), ("public, max-age=300", 300), ("max-age=0", 60),
            ("max-age=5", 60), ("max-age=86400", 600), ("max-age=99999999999999999999", 600),
            ("no-store", 60), ("no-cache", 60), ("Max-Age=\"120\"", 120), ("max-age=x", 60),
            ("private", 300),
        ]
    )
    func lifetimes(header: String, seconds: Int64) {
        let lifetime = CacheLifetime.of(header.isEmpty ? [:] : ["Cache-Control": header])
        #expect(lifetime == .seconds(seconds))
    }
}
