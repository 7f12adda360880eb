import Testing

@testable import PolicyDSL

/// The policies of the repository are sound, and their own tests pass.
@Suite struct PolicyFileTests {
    private static let now = Instant(microseconds: 1_790_000_000_000_000)

    @Test(
        "each starting point is a complete set, used alone",
        arguments: ["enforce-all", "new-users-only", "opted-in-only"]
    )
    func startingPoints(name: String) throws {
        let reading = PolicyReading([try RepositoryFile.source("policies/\(name).policy")])
        let set = try sound(reading)
        #expect(set.resolved.policies.map(\.name) == [name])
        try self.runAll(reading, set)
    }

    @Test("every other policy file of the folder is one of them")
    func folder() throws {
        let names = try RepositoryFile.policies(in: "policies").map(\.name)
        #expect(names == ["enforce-all.policy", "new-users-only.policy", "opted-in-only.policy"])
    }

    @Test("the worked example and its tests")
    func worked() throws {
        let reading = PolicyReading(try RepositoryFile.policies(in: "policies/worked"))
        let set = try sound(reading)
        try self.runAll(reading, set)
        let named = reading.tests.flatMap(\.cases).flatMap(\.policies).map(\.value)
        let monitored = set.resolved.policies.filter { $0.mode != .enforce }.map(\.name)
        #expect(Set(named + monitored) == Set(set.resolved.policies.map(\.name)))
    }

    private func runAll(_ reading: PolicyReading, _ set: PolicySet) throws {
        let report = set.run(reading.tests, at: Self.now)
        #expect(report.failures.map { $0.text(in: reading.sources) } == [])
        #expect(report.passed == reading.tests.map(\.cases.count).reduce(0, +))
        #expect(report.passed >= 10)
    }

    @Test("the worked example uses every word of the language")
    func everyWord() throws {
        let sources = try RepositoryFile.policies(in: "policies/worked")
        let words = sources.flatMap { Lexer($0, index: 0).lexemes }.map(\.text)
        #expect(Vocabulary.reserved.subtracting(words).sorted() == [])
    }
}
