import NIOCore
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct FactCacheTests {
    static let lifetimes = FactLifetimes(
        ttl: .seconds(30),
        negativeTTL: .seconds(5),
        maxStale: .seconds(300)
    )

    private let key = FactKey(issuer: 0, subject: "ada", session: nil)

    private func entry(
        _ answer: DirectoryAnswer,
        at seconds: Int64 = 0
    ) -> FactCache.Entry {
        FactCache.Entry(
            answer: answer,
            fetchedAt: .at(seconds),
            fetchedOn: Instant(microseconds: seconds * 1_000_000)
        )
    }

    struct Row: Sendable {
        let age: Int64
        let facts: String
        let refusal: String
    }

    @Test(
        "an answer is fresh for its time, then stale, then gone",
        arguments: [
            Row(age: 0, facts: "fresh", refusal: "fresh"),
            Row(age: 4, facts: "fresh", refusal: "fresh"),
            Row(age: 5, facts: "fresh", refusal: "stale"),
            Row(age: 29, facts: "fresh", refusal: "stale"),
            Row(age: 30, facts: "stale", refusal: "stale"),
            Row(age: 299, facts: "stale", refusal: "stale"),
            Row(age: 300, facts: "missing", refusal: "missing"),
        ]
    )
    func lifetimes(_ row: Row) {
        for (answer, expected) in [
            (DirectoryFixture.facts(totp: 1), row.facts),
            (DirectoryAnswer.refused(.userNotFound), row.refusal),
        ] {
            let cache = FactCache(lifetimes: Self.lifetimes, capacity: 10)
            cache.store(self.entry(answer), for: self.key)
            let found = cache.find(self.key, changedAt: nil, at: .at(row.age))
            #expect("\(found)".hasPrefix(expected))
        }
    }

    @Test("an answer from before a change that the token proves is dropped")
    func changes() {
        let cache = FactCache(lifetimes: Self.lifetimes, capacity: 10)
        cache.store(self.entry(DirectoryFixture.facts(totp: 0), at: 10), for: self.key)
        let before = Instant(microseconds: 9_000_000)
        let after = Instant(microseconds: 10_000_000)
        let found = cache.find(self.key, changedAt: before, at: .at(11))
        #expect("\(found)".hasPrefix("fresh"))
        #expect(cache.find(self.key, changedAt: after, at: .at(11)) == .missing)
        #expect(cache.find(self.key, changedAt: nil, at: .at(11)) == .missing)
    }

    @Test("issuers and sessions never share an answer")
    func keys() {
        let cache = FactCache(lifetimes: Self.lifetimes, capacity: 10)
        cache.store(self.entry(DirectoryFixture.facts(totp: 1)), for: self.key)
        for other in [
            FactKey(issuer: 1, subject: "ada", session: nil),
            FactKey(issuer: 0, subject: "ada", session: "s"),
            FactKey(issuer: 0, subject: "bob", session: nil),
        ] {
            #expect(cache.find(other, changedAt: nil, at: .at(0)) == .missing)
        }
    }

    @Test("the cache stays bounded and keeps what is used")
    func bounds() {
        let cache = FactCache(lifetimes: Self.lifetimes, capacity: 100)
        cache.store(self.entry(DirectoryFixture.facts(totp: 1)), for: self.key)
        for number in 0..<10_000 {
            let key = FactKey(issuer: 0, subject: "\(number)", session: nil)
            cache.store(self.entry(DirectoryFixture.facts(totp: 0)), for: key)
            let used = cache.find(self.key, changedAt: nil, at: .at(1))
            #expect(used != .missing)
            #expect(cache.count <= 100)
        }
        #expect(cache.count == 100)
    }

    @Test("a large cache holds what it promises")
    func capacity() {
        let cache = FactCache(lifetimes: Self.lifetimes, capacity: 20_000)
        for number in 0..<20_000 {
            let key = FactKey(issuer: 0, subject: "\(number)", session: nil)
            cache.store(self.entry(DirectoryFixture.facts(totp: 0)), for: key)
        }
        #expect(cache.count > 19_500)
        #expect(cache.count <= 20_480)
    }

    @Test("a user is dropped with all sessions, and nobody else is")
    func drop() {
        let cache = FactCache(lifetimes: Self.lifetimes, capacity: 1_000)
        let subjects = (0..<40).map { "user-\($0)" }
        for subject in subjects {
            for session in ["1", "2", "3"] {
                let key = FactKey(issuer: 0, subject: subject, session: session)
                cache.store(self.entry(DirectoryFixture.facts(totp: 1)), for: key)
            }
        }
        cache.drop(UserDigest(issuer: 0, subject: "user-7"))
        #expect(cache.count == 117)
        for subject in subjects {
            let key = FactKey(issuer: 0, subject: subject, session: "2")
            let isThere = cache.find(key, changedAt: nil, at: .at(0)) != .missing
            #expect(isThere == (subject != "user-7"))
        }
        cache.dropAll()
        #expect(cache.count == 0)
    }

    @Test("a million users fit into 200 MiB")
    func memory() {
        let record = MemoryLayout<FactTable.Record?>.stride
        // There are at most four buckets for a record, and a record may be a free one.
        let bytes = record + 5 * MemoryLayout<UInt32>.stride
        #expect(bytes * FactCache.usualCapacity < 200 << 20, "\(bytes) bytes each")
    }

    @Test("one user with many sessions takes the place of nobody else")
    func manySessions() {
        let cache = FactCache(lifetimes: Self.lifetimes, capacity: 1_000)
        cache.store(self.entry(DirectoryFixture.facts(totp: 1)), for: self.key)
        for number in 0..<500 {
            let key = FactKey(issuer: 0, subject: "eve", session: "\(number)")
            cache.store(self.entry(DirectoryFixture.facts(totp: 0), at: Int64(number)), for: key)
        }
        #expect(cache.count == FactTable.sessionsPerUser + 1)
        let latest = FactKey(issuer: 0, subject: "eve", session: "499")
        #expect(cache.find(latest, changedAt: nil, at: .at(499)) != .missing)
    }

    @Test("whatever is stored, dropped and forgotten, the table finds what it holds")
    func model() {
        var table = FactTable(capacity: 300)
        var model: [FactKey: FactCache.Entry] = [:]
        var random = SystemRandomNumberGenerator()
        for step in 0..<20_000 {
            let subject = "\(random.next(upperBound: UInt(250)))"
            let key = FactKey(issuer: 0, subject: subject, session: nil)
            switch random.next(upperBound: UInt(10)) {
            case 0:
                table.remove(key)
                model[key] = nil
            case 1:
                table.removeAll(of: key.user)
                model[key] = nil
            case 2...4: #expect(table.find(key) == model[key])
            default:
                let entry = self.entry(DirectoryFixture.facts(totp: step), at: Int64(step))
                table.store(entry, for: key)
                model[key] = entry
            }
            #expect(table.count == model.count)
        }
        for (key, entry) in model { #expect(table.find(key) == entry) }
    }
}

@Suite struct CircuitBreakerTests {
    @Test("five failures in a row open it, and one probe at a time goes through")
    func opens() {
        var breaker = CircuitBreaker()
        for second: Int64 in 0..<5 {
            #expect(!breaker.isOpen)
            let mayAsk = breaker.mayAsk(at: .at(second))
            #expect(mayAsk)
            breaker.failed(retryAfter: nil, at: .at(second))
        }
        #expect(breaker.isOpen)
        let answers: [Bool] = [8, 9, 9].map { breaker.mayAsk(at: .at($0)) }
        #expect(answers == [false, true, false])
        breaker.failed(retryAfter: nil, at: .at(10))
        let later: [Bool] = [14, 15].map { breaker.mayAsk(at: .at($0)) }
        #expect(later == [false, true])
        breaker.succeeded()
        #expect(!breaker.isOpen)
    }

    @Test("a success in between starts the count anew")
    func interrupted() {
        var breaker = CircuitBreaker()
        for _ in 0..<10 {
            for _ in 0..<4 { breaker.failed(retryAfter: nil, at: .at(0)) }
            breaker.succeeded()
        }
        #expect(!breaker.isOpen)
    }

    @Test(
        "Retry-After is honoured up to a minute",
        arguments: [(10, 10), (60, 60), (3_600, 60), (0, 0)] as [(Int64, Int64)]
    )
    func retryAfter(asked: Int64, honoured: Int64) {
        var breaker = CircuitBreaker()
        breaker.failed(retryAfter: .seconds(asked), at: .at(0))
        #expect(breaker.isOpen)
        let early = honoured > 0 && breaker.mayAsk(at: .at(honoured - 1))
        let inTime = breaker.mayAsk(at: .at(honoured))
        #expect(!early)
        #expect(inTime)
    }
}
