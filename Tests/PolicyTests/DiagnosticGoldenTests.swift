import Testing

@testable import PolicyDSL

/// Every broken policy of Golden/ is refused with exactly the text beside it.
@Suite struct DiagnosticGoldenTests {
    static let names = ((try? RepositoryFile.names(in: folder)) ?? [])
        .filter { $0.hasSuffix(".policy") }
        .map { String($0.dropLast(".policy".count)) }

    private static let folder = "Tests/PolicyTests/Golden"

    @Test("text, caret and help", arguments: Self.names)
    func golden(name: String) throws {
        let reading = PolicyReading([try RepositoryFile.source("\(Self.folder)/\(name).policy")])
        let text = reading.diagnostics.map { $0.text(in: reading.sources) + "\n" }
        #expect(
            text.joined(separator: "\n")
                == (try RepositoryFile.text("\(Self.folder)/\(name).expected"))
        )
    }

    @Test("every code has a golden file, named after it")
    func everyCode() throws {
        for code in DiagnosticCode.refusals {
            let names = Self.names.filter { $0.hasPrefix(code.rawValue + "-") }
            #expect(!names.isEmpty, "\(code)")
            for name in names {
                let source = try RepositoryFile.source("\(Self.folder)/\(name).policy")
                #expect(PolicyReading([source]).codes.contains(code), "\(name)")
            }
        }
    }

    @Test("messages are lower case, without a full stop", arguments: Self.names)
    func style(name: String) throws {
        let reading = PolicyReading([try RepositoryFile.source("\(Self.folder)/\(name).policy")])
        for diagnostic in reading.diagnostics {
            for text in [diagnostic.message, diagnostic.label, diagnostic.help].compactMap(\.self) {
                #expect(text.first?.isUppercase == false || text.hasPrefix("URL"), "\(text)")
                #expect(text.last != ".", "\(text)")
                #expect(!text.contains("\n"), "\(text)")
            }
        }
    }
}
