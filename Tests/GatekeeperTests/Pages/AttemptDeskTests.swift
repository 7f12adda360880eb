import Testing

@testable import Gatekeeper

@Suite struct AttemptDeskTests {
    private func author(_ session: String, _ user: String, _ client: String?) -> AttemptDesk.Author
    {
        AttemptDesk.Author(issuer: 0, session: session, subject: user, client: client)
    }

    private func waits(_ desk: AttemptDesk, _ authors: [AttemptDesk.Author]) -> [Bool] {
        authors.map { desk.begin(.code, by: $0, at: 100) > 0 }
    }

    @Test func aSessionIsStoppedAfterFive() {
        let authors = Array(repeating: self.author("s", "u", "c"), count: 6)
        #expect(self.waits(AttemptDesk(), authors) == [false, false, false, false, false, true])
    }

    @Test func manySessionsOfOneUserAreStoppedAfterTen() {
        let authors = (0..<11).map { self.author("s\($0)", "u", "c\($0)") }
        let waits = self.waits(AttemptDesk(), authors)
        #expect(waits == Array(repeating: false, count: 10) + [true])
    }

    @Test func manyUsersFromOneClientAreStoppedAfterThirty() {
        let authors = (0..<31).map { self.author("s\($0)", "u\($0)", "c") }
        let waits = self.waits(AttemptDesk(), authors)
        #expect(waits == Array(repeating: false, count: 30) + [true])
        let unknown = (0..<40).map { self.author("s\($0)", "u\($0)", nil) }
        #expect(!self.waits(AttemptDesk(), unknown).contains(true))
    }

    @Test("an account of one's own buys no tries at others")
    func success() {
        let desk = AttemptDesk()
        for number in 0..<29 {
            _ = desk.begin(.code, by: self.author("s\(number)", "u\(number)", "c"), at: 100)
        }
        let own = self.author("own", "own", "c")
        for _ in 0..<3 {
            #expect(desk.begin(.code, by: own, at: 100) == 0)
            desk.succeeded(own)
        }
        #expect(desk.begin(.code, by: self.author("x", "x", "c"), at: 100) == 0)
        #expect(desk.begin(.code, by: self.author("y", "y", "c"), at: 100) > 0)
    }

    @Test func messagesHaveLimitsOfTheirOwn() {
        let desk = AttemptDesk()
        let author = self.author("s", "u", "c")
        let waits = (0..<5).map { _ in desk.begin(.message, by: author, at: 100) > 0 }
        #expect(waits == [false, false, false, false, true])
        #expect(desk.begin(.code, by: author, at: 100) == 0)
    }
}
