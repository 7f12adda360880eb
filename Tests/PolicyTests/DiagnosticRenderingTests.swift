import Testing

@testable import PolicyDSL

@Suite struct DiagnosticRenderingTests {
    private static let sample =
        String(repeating: "\n", count: 8) + """
            policy sample {
                for users
                require aal2
                ressources /admin/**
            }
            """

    private static let clauses =
        "expected one of: for, on, require, deny, from, grace, mode, because"

    private func reading(_ text: String) -> PolicyReading {
        PolicyReading([PolicySource(name: "console.policy", text: text)])
    }

    @Test("the sample of the language guide, letter by letter")
    func sample() throws {
        let reading = self.reading("gatekeeper 1 admit users" + Self.sample)
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(
            diagnostic.text(in: reading.sources) == """
                error[GK103]: unknown clause `ressources`
                  --> console.policy:12:5
                12 |     ressources /admin/**
                   |     ^^^^^^^^^^ \(Self.clauses)
                   = help: did you mean `on /admin/**`?
                """
        )
        #expect(
            diagnostic.plain(in: reading.sources)
                == "console.policy:12:5: error GK103: unknown clause `ressources`, "
                + "\(Self.clauses); help: did you mean `on /admin/**`?"
        )
        let location = try #require(diagnostic.location(in: reading.sources))
        #expect(location.file == "console.policy")
        #expect(location.start == .init(line: 12, column: 5))
        #expect(location.end == .init(line: 12, column: 15))
    }

    @Test("three independent errors are three diagnostics, from top to bottom")
    func three() throws {
        let source = try RepositoryFile.source(
            "Tests/PolicyTests/Golden/three-independent-errors.policy"
        )
        let reading = PolicyReading([source])
        #expect(reading.codes == [.unknownClause, .unexpectedWord, .badInstant])
        #expect(reading.policySet == nil)
    }

    @Test("tabs and wide characters keep the caret below its word")
    func alignment() throws {
        let reading = self.reading("gatekeeper 1\n\tadmit\tuserz # é")
        let text = try #require(reading.diagnostics.first).text(in: reading.sources)
        #expect(text.contains("2 | \tadmit\tuserz # é\n  | \t     \t^^^^^ "))
    }

    @Test("a character that hides is spelled out, in the name of the file too")
    func hiding() throws {
        let reading = PolicyReading([
            PolicySource(name: "a\u{1B}[2Jb", text: "gatekeeper 1 admit \u{202E}users")
        ])
        let text = try #require(reading.diagnostics.first).text(in: reading.sources)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.properties.isBidiControl })
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("\\u{202E}"))
    }

    @Test("a diagnostic without a place still says what is wrong")
    func nowhere() throws {
        let reading = PolicyReading([])
        let diagnostic = try #require(reading.diagnostics.first)
        #expect(diagnostic.location(in: []) == nil)
        #expect(diagnostic.text(in: []).hasPrefix("error[GK150]: set without `admit`\n  = help:"))
        #expect(diagnostic.plain(in: []).hasPrefix("error GK150: set without `admit`"))
    }

    @Test("codes are unique, and each says what it means")
    func codes() {
        #expect(Set(DiagnosticCode.allCases.map(\.summary)).count == DiagnosticCode.allCases.count)
        for code in DiagnosticCode.allCases {
            #expect(code.rawValue.hasPrefix(code.isAdvice ? "GK2" : "GK1"))
            #expect(code.summary.last != ".")
        }
    }
}
