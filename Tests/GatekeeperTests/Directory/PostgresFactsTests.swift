import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct PostgresFactsTests {
    private static func integer(_ value: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) }
    }

    private static let year2000: Int64 = 946_684_800_000_000

    private static func time(_ instant: Instant) -> [UInt8] {
        self.integer(instant.microseconds - self.year2000)
    }

    private static let now = DirectoryFixture.now
    private static let later = Instant(microseconds: now.microseconds + 1)

    /// A row about a user with two authenticator apps and a living session.
    private static func row(_ changes: [Int: [UInt8]?] = [:]) -> [[UInt8]?] {
        var row: [[UInt8]?] = [
            nil, nil, [0], self.integer(2), self.integer(0), self.integer(0), self.integer(0), [1],
            nil,
        ]
        for (index, value) in changes { row[index] = value }
        return row
    }

    private static func known(_ created: Instant?) -> DirectoryAnswer {
        .known(UserFacts(created: .known(created), factors: .known(FactorCounts(totp: 2))))
    }

    struct Row: Sendable {
        let changes: [Int: [UInt8]?]
        let answer: DirectoryAnswer
    }

    @Test(
        "a row is an answer",
        arguments: [
            Row(changes: [:], answer: Self.known(nil)),
            Row(changes: [0: Self.integer(0)], answer: Self.known(Instant(microseconds: year2000))),
            Row(changes: [0: Self.integer(.max)], answer: Self.known(Instant(microseconds: .max))),
            Row(changes: [0: Self.integer(.min)], answer: Self.known(Instant(microseconds: .min))),
            Row(
                changes: [6: Self.integer(1)],
                answer: .known(
                    UserFacts(
                        created: .known(nil),
                        factors: .known(FactorCounts(totp: 2, other: 1))
                    )
                )
            ),
            Row(changes: [1: Self.time(Self.later)], answer: .refused(.userBanned)),
            Row(changes: [1: Self.time(Self.now)], answer: Self.known(nil)),
            Row(changes: [1: Self.integer(.max)], answer: .refused(.userBanned)),
            Row(changes: [2: [1]], answer: .refused(.userNotFound)),
            Row(changes: [7: [0]], answer: .refused(.sessionRevoked)),
            Row(changes: [8: Self.time(Self.now)], answer: .refused(.sessionRevoked)),
            Row(changes: [8: Self.time(Self.later)], answer: Self.known(nil)),
        ]
    )
    func answers(_ row: Row) throws {
        let facts = try #require(PostgresFacts(row: Self.row(row.changes)))
        #expect(facts.answer(hasSession: true, at: Self.now) == row.answer)
    }

    @Test("a token without a session is not asked for one")
    func noSession() throws {
        let facts = try #require(PostgresFacts(row: Self.row([7: [0]])))
        #expect(facts.answer(hasSession: false, at: Self.now) == Self.known(nil))
    }

    @Test(
        "another form than the statement's is no answer",
        arguments: [
            [0: [0]], [1: [1, 2, 3]], [2: nil], [2: [2]], [3: nil], [6: [1]], [7: []], [8: [0]],
        ] as [[Int: [UInt8]?]]
    )
    func malformed(changes: [Int: [UInt8]?]) {
        #expect(PostgresFacts(row: Self.row(changes)) == nil)
    }

    @Test("a row has nine fields")
    func count() {
        #expect(PostgresFacts(row: []) == nil)
        #expect(PostgresFacts(row: Self.row() + [nil]) == nil)
    }
}
