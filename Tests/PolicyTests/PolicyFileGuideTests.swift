import Testing

@testable import PolicyDSL

/// The policy guide is executed: its examples are sound, its tables are complete.
@Suite struct PolicyFileGuideTests {
    private static let path = "docs/policy-guide.md"

    /// The fenced blocks marked `policy`.
    private static func examples() throws -> [String] {
        var examples: [String] = []
        var open: [Substring]?
        for line in try RepositoryFile.text(Self.path).split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if line == "```policy" {
                open = []
            } else if line == "```", let lines = open {
                examples.append(lines.joined(separator: "\n") + "\n")
                open = nil
            } else {
                open?.append(line)
            }
        }
        return examples
    }

    @Test("every example is sound, and its tests pass")
    func examples() throws {
        let examples = try Self.examples()
        #expect(examples.count > 10)
        for example in examples {
            // Whoever reads on in the guide has seen the first lines of a file.
            let isWhole = example.hasPrefix("gatekeeper 1")
            let text = isWhole ? example : "gatekeeper 1\nadmit users\n" + example
            let reading = PolicyReading([PolicySource(name: "guide.policy", text: text)])
            let set = try sound(reading)
            let report = set.run(reading.tests, at: Instant(microseconds: 0))
            #expect(report.failures.map { $0.text(in: reading.sources) } == [])
        }
    }

    @Test("every example stands in the canonical layout")
    func layout() throws {
        for example in try Self.examples() where !example.hasPrefix("gatekeeper 1") {
            let head = "gatekeeper 1\n\n"
            let parsed = ParsedSource(PolicySource(name: "guide.policy", text: head + example))
            let text = SyntaxPrinter.text(
                of: parsed.tree,
                comments: parsed.comments,
                from: parsed.source
            )
            #expect(text == head + example)
        }
    }

    @Test("every diagnostic stands in the guide, with its meaning")
    func diagnostics() throws {
        let guide = try RepositoryFile.text(Self.path)
        for code in DiagnosticCode.refusals {
            #expect(guide.contains("| \(code.rawValue) | \(code.summary) |\n"), "\(code)")
        }
    }

    @Test("every word of the language stands in the guide")
    func words() throws {
        let guide = try RepositoryFile.text(Self.path)
        for word in Vocabulary.reserved {
            #expect(guide.contains(word), "\(word)")
        }
    }
}
