import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct KeyRefresherTests {
    /// A source that answers when the test says so.
    private final class Source: Sendable {
        private let asked = Mutex<[EventLoopPromise<KeySetAnswer>]>([])

        var count: Int { self.asked.withLock { $0.count } }

        func fetch(on eventLoop: any EventLoop) -> EventLoopFuture<KeySetAnswer> {
            let promise = eventLoop.makePromise(of: KeySetAnswer.self)
            self.asked.withLock { $0.append(promise) }
            return promise.futureResult
        }

        func answer(_ keyID: String) throws {
            let document = KeyFixture.answer(KeyFixture.set(keyID))
            let answer = try KeySetAnswer(judging: document, allowsEmpty: false)
            self.asked.withLock { $0.last }?.succeed(answer)
        }

        func fail() {
            self.asked.withLock { $0.last }?.fail(KeySetFailure.status(500))
        }
    }

    private func parts() -> (EmbeddedEventLoop, IssuerKeys, Source, KeyRefresher) {
        let loop = EmbeddedEventLoop()
        let keys = IssuerKeys(issuer: "i", source: "s", secretKeys: nil, isComplete: false)
        let source = Source()
        let refresher = KeyRefresher(
            keys: keys,
            maxStale: .minutes(30),
            eventLoop: loop,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            jitter: { 1 },
            fetch: { source.fetch(on: $0) }
        )
        return (loop, keys, source, refresher)
    }

    private func keyIDs(_ keys: IssuerKeys) -> [String?] {
        keys.snapshot.keys.entries.map { $0.keyID }
    }

    @Test("the first answer is published and ends the start")
    func start() throws {
        let (loop, keys, source, refresher) = self.parts()
        let settled = refresher.start()
        loop.run()
        #expect(source.count == 1)
        #expect(!keys.snapshot.isComplete)
        let before = keys.generation
        try source.answer("a")
        loop.run()
        #expect(self.keyIDs(keys) == ["a"])
        #expect(keys.snapshot.isComplete)
        #expect(keys.generation > before)
        #expect(keys.snapshot.generation == keys.generation)
        try settled.wait()
    }

    @Test("the same set again is no change")
    func unchanged() throws {
        let (loop, keys, source, refresher) = self.parts()
        refresher.start()
        loop.run()
        try source.answer("a")
        let generation = keys.generation
        loop.advanceTime(by: .minutes(5))
        #expect(source.count == 2)
        try source.answer("a")
        #expect(keys.generation == generation)
        loop.advanceTime(by: .minutes(5))
        try source.answer("b")
        #expect(keys.generation > generation)
        #expect(self.keyIDs(keys) == ["b"])
    }

    @Test("keys of a dead source leave when they are too old, and come back with it")
    func outage() throws {
        let (loop, keys, source, refresher) = self.parts()
        refresher.start()
        loop.run()
        try source.answer("a")
        var minutes = 0
        while minutes < 29 {
            loop.advanceTime(by: .minutes(1))
            source.fail()
            minutes += 1
            #expect(self.keyIDs(keys) == ["a"])
        }
        loop.advanceTime(by: .minutes(1))
        #expect(!keys.snapshot.isUsable)
        #expect(!keys.snapshot.isComplete)
        #expect(keys.status.lastFailure == .status(500))
        source.fail()
        loop.advanceTime(by: .minutes(1))
        try source.answer("b")
        #expect(self.keyIDs(keys) == ["b"])
        #expect(keys.status.lastFailure == nil)
    }

    @Test("requests with an unknown key share one fetch and go on with its answer")
    func missedKey() throws {
        let (loop, keys, source, refresher) = self.parts()
        refresher.start()
        loop.run()
        try source.answer("a")
        let waiting = (0..<100).map { _ in refresher.missedKey(.init("b"), on: loop) }
        loop.run()
        #expect(source.count == 2)
        try source.answer("b")
        loop.run()
        for future in waiting { try future.wait() }
        #expect(self.keyIDs(keys) == ["b"])
        try refresher.missedKey(.init("b"), on: loop).also { loop.run() }.wait()
        #expect(source.count == 2)
    }

    @Test("invented keys cost one fetch in each cool-down, and a new key among them is found")
    func inventedKeys() throws {
        let (loop, keys, source, refresher) = self.parts()
        refresher.start()
        loop.run()
        try source.answer("a")
        for second in 0..<20 {
            for number in 0..<10 {
                _ = refresher.missedKey(.init("bogus \(second) \(number)"), on: loop)
            }
            loop.run()
            try source.answer("a")
            loop.advanceTime(by: KeySetLife.coolDown)
        }
        #expect(source.count <= 22)
        let found = Mutex(false)
        refresher.missedKey(.init("b"), on: loop).whenSuccess { found.withLock { $0 = true } }
        loop.advanceTime(by: KeySetLife.coolDown)
        try source.answer("b")
        loop.run()
        #expect(found.withLock { $0 })
        #expect(self.keyIDs(keys) == ["b"])
    }

    @Test("nobody waits for a slow source longer than the limit, late-comers as long as others")
    func boundedWait() throws {
        let (loop, _, source, refresher) = self.parts()
        refresher.start()
        loop.run()
        try source.answer("a")
        let released = Mutex<[String]>([])
        func miss(_ keyID: String) {
            refresher.missedKey(.init(keyID), on: loop).whenSuccess {
                released.withLock { $0.append(keyID) }
            }
        }
        miss("b")
        loop.advanceTime(by: .seconds(1))
        miss("c")
        loop.advanceTime(by: KeyRefresher.longestWait - .seconds(1) - .milliseconds(1))
        #expect(released.withLock { $0 } == [])
        loop.advanceTime(by: .milliseconds(1))
        #expect(released.withLock { $0 } == ["b"])
        loop.advanceTime(by: .seconds(1))
        #expect(released.withLock { $0 } == ["b", "c"])
        source.fail()
    }

    @Test("a stopped refresher asks no more and keeps nobody")
    func stop() throws {
        let (loop, _, source, refresher) = self.parts()
        refresher.start()
        loop.run()
        try source.answer("a")
        refresher.stop()
        loop.run()
        loop.advanceTime(by: .hours(1))
        #expect(source.count == 1)
        try refresher.missedKey(.init("b"), on: loop).also { loop.run() }.wait()
    }
}

extension EventLoopFuture where Value == Void {
    /// Lets the loop run before somebody waits.
    fileprivate func also(_ run: () -> Void) -> EventLoopFuture<Void> {
        run()
        return self
    }
}
