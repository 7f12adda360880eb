import Testing

@testable import PolicyDSL

/// Every rule has a page, and every page is executed: the bad example triggers the rule, and the
/// good one does not.
@Suite struct LintPageTests {
    static let rules = DiagnosticCode.advice

    private struct Page {
        let text: String

        init(_ code: DiagnosticCode) throws {
            self.text = try RepositoryFile.text("docs/lint/\(code.rawValue).md")
        }

        func example(under heading: String) throws -> String {
            let section = try #require(self.text.split(separator: "## \(heading)\n").last)
            let block = try #require(section.split(separator: "```policy\n").dropFirst().first)
            return String(try #require(block.split(separator: "```").first))
        }
    }

    private static func findings(in text: String) throws -> [Finding] {
        let reading = PolicyReading([PolicySource(name: "page.policy", text: text)])
        _ = try sound(reading)
        return try #require(Lint(reading, now: .lintNow)).findings
    }

    @Test("the bad example triggers the rule, the good one does not", arguments: Self.rules)
    func examples(code: DiagnosticCode) throws {
        let page = try Page(code)
        let bad = try Self.findings(in: page.example(under: "Bad"))
        #expect(bad.contains { $0.diagnostic.code == code }, "\(bad.map(\.diagnostic.code))")
        let good = try Self.findings(in: page.example(under: "Good"))
        #expect(!good.contains { $0.diagnostic.code == code })
    }

    @Test("a page says what the rule finds, how bad it is, and why", arguments: Self.rules)
    func words(code: DiagnosticCode) throws {
        let page = try Page(code)
        #expect(page.text.hasPrefix("# \(code.rawValue): \(code.summary)\n"))
        let bad = try Self.findings(in: page.example(under: "Bad"))
        let finding = try #require(bad.first { $0.diagnostic.code == code })
        #expect(page.text.contains("Severity: \(finding.diagnostic.severity.rawValue)."))
        #expect(page.text.contains("## What\n") && page.text.contains("## Why\n"))
        let index = try RepositoryFile.text("docs/lint/README.md")
        let severity = finding.diagnostic.severity.rawValue
        let row = "| [\(code.rawValue)](\(code.rawValue).md) | \(severity) | \(code.summary) |\n"
        #expect(index.contains(row))
    }

    @Test("good examples stand in the canonical layout", arguments: Self.rules)
    func layout(code: DiagnosticCode) throws {
        let text = try Page(code).example(under: "Good")
        #expect(try Formatting(PolicySource(name: "page.policy", text: text)).text == text)
    }

    @Test("messages are lower case, without a full stop", arguments: Self.rules)
    func style(code: DiagnosticCode) throws {
        for finding in try Self.findings(in: Page(code).example(under: "Bad")) {
            let diagnostic = finding.diagnostic
            for text in [diagnostic.message, diagnostic.label, diagnostic.help].compactMap(\.self) {
                #expect(text.first?.isUppercase == false, "\(text)")
                #expect(text.last != ".", "\(text)")
            }
        }
    }
}

extension Instant {
    /// The moment at which the tests of lint take place.
    static let lintNow = Instant(microseconds: 1_790_000_000_000_000)
}
