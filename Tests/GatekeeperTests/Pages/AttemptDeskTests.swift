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

    @Test("each try beyond doubles the wait, up to a quarter of an hour")
    func waiting() {
        let desk = AttemptDesk()
        let author = self.author("s", "u", "c")
        var now: Int64 = 1_000
        for _ in 0..<5 { #expect(desk.begin(.code, by: author, at: now) == 0) }
        for expected: Int64 in [30, 60, 120, 240, 480, 900, 900] {
            #expect(desk.begin(.code, by: author, at: now) == expected)
            // Trying meanwhile is refused, and does not make the wait longer.
            #expect(desk.begin(.code, by: author, at: now + expected - 1) == 1)
            now += expected
            #expect(desk.begin(.code, by: author, at: now) == 0)
        }
    }

    @Test("after a quiet while nothing is held against anybody")
    func memory() {
        let desk = AttemptDesk()
        let author = self.author("s", "u", "c")
        for _ in 0..<5 { _ = desk.begin(.code, by: author, at: 100) }
        #expect(desk.begin(.code, by: author, at: 100 + 1_800) == 0)
        for _ in 0..<4 { #expect(desk.begin(.code, by: author, at: 1_900) == 0) }
        // The user's own memory is longer: ten tries within a day.
        let other = self.author("t", "u", "d")
        #expect(desk.begin(.code, by: other, at: 1_900) > 0)
        #expect(desk.begin(.code, by: other, at: 1_900 + 86_400) == 0)
    }

    @Test(
        "messages are limited by session, user and client",
        arguments: [(4, "s", "u", "c"), (8, "s#", "u", "c#"), (20, "s#", "u#", "c")]
    )
    func messages(free: Int, session: String, user: String, client: String) {
        let desk = AttemptDesk()
        let waits = (0...free).map { number in
            let author = self.author(
                session.replacing("#", with: "\(number)"),
                user.replacing("#", with: "\(number)"),
                client.replacing("#", with: "\(number)")
            )
            return desk.begin(.message, by: author, at: 100) > 0
        }
        #expect(waits == Array(repeating: false, count: free) + [true])
    }

    @Test("a right code gives session and user all their tries back")
    func startsAnew() {
        let desk = AttemptDesk()
        let author = self.author("s", "u", "c")
        for _ in 0..<4 {
            for _ in 0..<5 { #expect(desk.begin(.code, by: author, at: 100) == 0) }
            desk.succeeded(author)
        }
    }

    @Test("sessions of the same name at two issuers are two")
    func issuers() {
        let desk = AttemptDesk()
        for _ in 0..<5 { _ = desk.begin(.code, by: self.author("s", "u", "c"), at: 100) }
        let other = AttemptDesk.Author(issuer: 1, session: "s", subject: "u", client: "c")
        #expect(desk.begin(.code, by: other, at: 100) == 0)
    }
}
