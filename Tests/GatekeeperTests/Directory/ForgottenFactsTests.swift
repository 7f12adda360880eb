import Testing

@testable import Gatekeeper

@Suite struct ForgottenFactsTests {
    private func key(_ number: Int) -> FactKey {
        FactKey(issuer: 0, subject: "u\(number)", session: nil)
    }

    @Test func whoeverLooksLaterHearsWhatWasAddedSince() throws {
        let forgotten = ForgottenFacts()
        forgotten.add([self.key(1), self.key(2)])
        let first = try #require(forgotten.added(after: 0))
        #expect(first.keys == [self.key(1), self.key(2)])
        #expect(first.generation == forgotten.generation)
        forgotten.add([self.key(3)])
        let second = try #require(forgotten.added(after: first.generation))
        #expect(second.keys == [self.key(3)])
    }

    @Test func whoeverLooksMuchLaterForgetsEverything() {
        let forgotten = ForgottenFacts()
        for number in 0..<300 { forgotten.add([self.key(number)]) }
        #expect(forgotten.added(after: 0) == nil)
        #expect(forgotten.added(after: 100)?.keys.count == 200)
    }
}
