import Testing

@testable import PolicyDSL

/// The page about the tools is executed: its policies are sound, and its outputs are real.
@Suite struct ToolsPageTests {
    private static func blocks(_ language: String) throws -> [String] {
        try RepositoryFile.text("docs/policy-tools.md")
            .split(separator: "```\(language)\n").dropFirst()
            .compactMap { $0.split(separator: "```").first.map(String.init) }
    }

    private static func reading(_ name: String, _ text: String) -> PolicyReading {
        PolicyReading([PolicySource(name: name, text: text)])
    }

    @Test("both sets are sound, in the canonical layout, and their tests pass")
    func policies() throws {
        for text in try Self.blocks("policy") {
            let reading = Self.reading("page.policy", text)
            let report = try sound(reading).run(reading.tests, at: .lintNow)
            #expect(report.failures.map { $0.text(in: reading.sources) } == [])
            #expect(try Formatting(PolicySource(name: "page.policy", text: text)).text == text)
        }
    }

    @Test("lint says what the page says")
    func lint() throws {
        let before = Self.reading("before.policy", try Self.blocks("policy")[0])
        let lint = try #require(Lint(before, now: .lintNow))
        let texts = lint.findings.map { $0.diagnostic.text(in: before.sources) + "\n" }
        #expect(texts.contains(try Self.blocks("text")[0]))
    }

    @Test("diff says what the page says")
    func diff() throws {
        let sets = try Self.blocks("policy").map { try sound(Self.reading("page.policy", $0)) }
        let diff = PolicyDiff(from: sets[0], to: sets[1], now: .lintNow)
        #expect(diff.verdict == .incomparable && diff.isExhaustive)
        for line in try Self.blocks("diff")[0].split(separator: "\n") {
            #expect(diff.changes.contains { $0.sentence.hasPrefix(line) }, "\(line)")
        }
    }
}
