import NIOCore
import NIOEmbedded
import PolicyDSL
import Synchronization
import Testing

@testable import Gatekeeper

@Suite struct RemoteDirectoryTests {
    /// A source that answers when the test says so.
    private final class Source: Sendable {
        private let asked = Mutex<[EventLoopPromise<DirectoryOutcome>]>([])

        var count: Int { self.asked.withLock { $0.count } }

        func ask(on eventLoop: any EventLoop) -> EventLoopFuture<DirectoryOutcome> {
            let promise = eventLoop.makePromise(of: DirectoryOutcome.self)
            self.asked.withLock { $0.append(promise) }
            return promise.futureResult
        }

        func settle(_ outcome: DirectoryOutcome, only number: Int? = nil) {
            let open = self.asked.withLock { $0 }
            for (index, promise) in open.enumerated() where number == nil || index == number {
                promise.succeed(outcome)
            }
        }
    }

    private struct Parts {
        let loop = EmbeddedEventLoop()
        let source = Source()
        let remote: RemoteDirectory
        let desk: DirectoryDesk

        init(answersForSession: Bool = false) {
            let source = self.source
            self.remote = RemoteDirectory(
                lifetimes: FactCacheTests.lifetimes,
                answersForSession: answersForSession,
                eventLoop: self.loop,
                logger: DirectoryFixture.logger,
                wallClock: { DirectoryFixture.now },
                ask: { _, eventLoop in source.ask(on: eventLoop) }
            )
            let directory = UserDirectory(source: .remote([self.remote, nil]))
            self.desk = DirectoryDesk(directory, eventLoop: self.loop)
        }

        func ask(_ question: DirectoryQuestion) -> DirectoryLookup {
            let lookup = self.desk.ask(question, at: DirectoryFixture.now)
            self.loop.run()
            return lookup
        }

        /// The answer that a lookup comes to, or nil while it is open.
        func answer(_ lookup: DirectoryLookup) throws -> DirectoryAnswer {
            self.loop.run()
            switch lookup {
            case .settled(let reply): return reply.answer
            case .pending(let future): return try future.wait().answer
            }
        }
    }

    private static let facts = DirectoryFixture.facts(totp: 1)
    private static let failure = DirectoryOutcome.failed(.status(500), retryAfter: nil)

    @Test("many requests of one user ask once, and the answer is kept")
    func singleFlight() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let lookups = (0..<50).map { _ in parts.ask(question) }
        #expect(parts.source.count == 1)
        parts.source.settle(.answered(Self.facts))
        for lookup in lookups { #expect(try parts.answer(lookup) == Self.facts) }
        guard case .settled(let reply) = parts.ask(question) else {
            Issue.record("expected a cached answer")
            return
        }
        #expect(reply.answer == Self.facts)
        #expect(parts.source.count == 1)
        #expect(parts.remote.tally.answered == 1)
    }

    @Test("old facts answer while the source is down, until they are too old")
    func outage() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let first = parts.ask(question)
        parts.source.settle(.answered(Self.facts))
        #expect(try parts.answer(first) == Self.facts)
        parts.loop.advanceTime(by: .seconds(60))
        let second = parts.ask(question)
        #expect(parts.source.count == 2)
        parts.source.settle(Self.failure)
        #expect(try parts.answer(second) == Self.facts)
        parts.loop.advanceTime(by: .seconds(240))
        let third = parts.ask(question)
        parts.source.settle(Self.failure)
        #expect(try parts.answer(third) == .unknown)
    }

    @Test("facts that grow too old while the source is asked are not used")
    func tooOldMeanwhile() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let first = parts.ask(question)
        parts.source.settle(.answered(Self.facts))
        _ = try parts.answer(first)
        parts.loop.advanceTime(by: .seconds(299))
        let second = parts.ask(question)
        parts.loop.advanceTime(by: .seconds(2))
        parts.source.settle(Self.failure)
        #expect(try parts.answer(second) == .unknown)
    }

    @Test("a source that keeps failing is left alone")
    func breaker() throws {
        let parts = Parts()
        for number in 0..<5 {
            let lookup = parts.ask(try DirectoryFixture.question("user-\(number)"))
            parts.source.settle(Self.failure)
            #expect(try parts.answer(lookup) == .unknown)
        }
        #expect(parts.remote.tally.isOpen)
        let spared = parts.ask(try DirectoryFixture.question("ada"))
        #expect(parts.source.count == 5)
        #expect(try parts.answer(spared) == .unknown)
        #expect(parts.remote.tally.spared == 1)
        parts.loop.advanceTime(by: CircuitBreaker.probeInterval)
        let probe = parts.ask(try DirectoryFixture.question("ada"))
        #expect(parts.source.count == 6)
        parts.source.settle(.answered(Self.facts))
        #expect(try parts.answer(probe) == Self.facts)
        #expect(!parts.remote.tally.isOpen)
    }

    @Test("a token that proves a change asks again at once")
    func changes() throws {
        let parts = Parts()
        let first = parts.ask(try DirectoryFixture.question("ada"))
        parts.source.settle(.answered(DirectoryFixture.facts(totp: 0)))
        _ = try parts.answer(first)
        let changed = try DirectoryFixture.question("ada", changedAt: DirectoryFixture.now)
        let second = parts.ask(changed)
        #expect(parts.source.count == 2)
        parts.source.settle(.answered(Self.facts))
        #expect(try parts.answer(second) == Self.facts)
    }

    @Test("what the source says has changed is asked again, whatever is on its way")
    func drops() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let first = parts.ask(question)
        parts.source.settle(.answered(DirectoryFixture.facts(totp: 0)))
        _ = try parts.answer(first)
        parts.remote.drop(question.key.user)
        let second = parts.ask(question)
        #expect(parts.source.count == 2)
        // The change overtakes the question: its answer is for those who waited, and is not kept.
        parts.remote.drop(question.key.user)
        let third = parts.ask(question)
        #expect(parts.source.count == 3)
        parts.source.settle(.answered(DirectoryFixture.facts(totp: 0)), only: 1)
        #expect(try parts.answer(second) == DirectoryFixture.facts(totp: 0))
        let fourth = parts.ask(question)
        #expect(parts.source.count == 3)
        parts.source.settle(.answered(Self.facts), only: 2)
        #expect(try parts.answer(third) == Self.facts)
        #expect(try parts.answer(fourth) == Self.facts)
        #expect(try parts.answer(parts.ask(question)) == Self.facts)
        #expect(parts.source.count == 3)
        parts.remote.dropAll()
        _ = parts.ask(question)
        #expect(parts.source.count == 4)
        parts.source.settle(.answered(Self.facts))
    }

    @Test("facts from before a change never stand in for a source that fails")
    func droppedFallback() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let first = parts.ask(question)
        parts.source.settle(.answered(Self.facts))
        _ = try parts.answer(first)
        parts.loop.advanceTime(by: .seconds(60))
        let second = parts.ask(question)
        parts.remote.drop(question.key.user)
        parts.loop.run()
        parts.source.settle(Self.failure)
        #expect(try parts.answer(second) == .unknown)
    }

    @Test("who shows a newer change does not wait for an older question")
    func newerThanFlight() throws {
        let parts = Parts()
        let first = parts.ask(try DirectoryFixture.question("ada"))
        let changed = try DirectoryFixture.question("ada", changedAt: DirectoryFixture.now)
        let second = parts.ask(changed)
        #expect(parts.source.count == 2)
        parts.source.settle(.answered(DirectoryFixture.facts(totp: 0)), only: 0)
        parts.source.settle(.answered(Self.facts), only: 1)
        #expect(try parts.answer(first) == DirectoryFixture.facts(totp: 0))
        #expect(try parts.answer(second) == Self.facts)
    }

    @Test("where the source answers for a session, sessions do not share")
    func sessions() throws {
        let parts = Parts(answersForSession: true)
        let one = parts.ask(try DirectoryFixture.question("ada", session: "1"))
        parts.source.settle(.answered(.refused(.sessionRevoked)))
        #expect(try parts.answer(one) == .refused(.sessionRevoked))
        _ = parts.ask(try DirectoryFixture.question("ada", session: "2"))
        #expect(parts.source.count == 2)
        parts.source.settle(.answered(Self.facts))
    }

    @Test("an issuer without an endpoint has no facts")
    func noEndpoint() throws {
        let parts = Parts()
        let lookup = parts.ask(try DirectoryFixture.question("ada", issuer: 1))
        #expect(try parts.answer(lookup) == .unknown)
        #expect(parts.source.count == 0)
    }

    @Test("desks of several loops share one question")
    func manyDesks() throws {
        let parts = Parts()
        let directory = UserDirectory(source: .remote([parts.remote]))
        let desks = (0..<4).map { _ in DirectoryDesk(directory, eventLoop: parts.loop) }
        let question = try DirectoryFixture.question("ada")
        let lookups = desks.map { $0.ask(question, at: DirectoryFixture.now) }
        parts.loop.run()
        #expect(parts.source.count == 1)
        parts.source.settle(.answered(Self.facts))
        for lookup in lookups { #expect(try parts.answer(lookup) == Self.facts) }
    }

    @Test("a source that asks for a pause gets it")
    func retryAfter() throws {
        let parts = Parts()
        let first = parts.ask(try DirectoryFixture.question("ada"))
        parts.source.settle(.failed(.status(429), retryAfter: .seconds(20)))
        #expect(try parts.answer(first) == .unknown)
        parts.loop.advanceTime(by: .seconds(19))
        let second = parts.ask(try DirectoryFixture.question("bob"))
        #expect(try parts.answer(second) == .unknown)
        #expect(parts.source.count == 1)
        parts.loop.advanceTime(by: .seconds(1))
        _ = parts.ask(try DirectoryFixture.question("bob"))
        #expect(parts.source.count == 2)
        parts.source.settle(.answered(Self.facts))
    }

    @Test("a user who is gone stays gone while the source is down")
    func refusalInOutage() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let first = parts.ask(question)
        parts.source.settle(.answered(.refused(.userBanned)))
        #expect(try parts.answer(first) == .refused(.userBanned))
        parts.loop.advanceTime(by: .seconds(6))
        let second = parts.ask(question)
        parts.source.settle(Self.failure)
        #expect(try parts.answer(second) == .refused(.userBanned))
    }

    @Test("an answer knows when it was given, also from the cache")
    func age() throws {
        let parts = Parts()
        let question = try DirectoryFixture.question("ada")
        let asked = parts.loop.now
        let first = parts.ask(question)
        parts.source.settle(.answered(Self.facts))
        _ = try parts.answer(first)
        parts.loop.advanceTime(by: .seconds(10))
        guard case .settled(let reply) = parts.ask(question) else {
            Issue.record("expected a cached answer")
            return
        }
        #expect(reply.fetchedAt == asked)
    }
}
