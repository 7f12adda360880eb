import Foundation
import PolicyDSL
import Testing

@testable import Gatekeeper

/// `docs/configuration.md` against the code.
@Suite struct ConfigurationReferenceTests {
    private let reference: String

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let page = folder.appending(path: "../../../docs/configuration.md").standardized
        self.reference = try String(contentsOf: page, encoding: .utf8)
    }

    private func rows(_ isRow: (String) -> Bool) -> [[String]] {
        self.reference.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        .filter { $0.first.map(isRow) ?? false }
    }

    private var documentedKeys: [String] {
        self.rows { $0.hasPrefix("`") }.compactMap { row in
            row.first?.trimmingCharacters(in: CharacterSet(charactersIn: "`"))
        }
    }

    /// Configurations that together make the reader ask for every key there is.
    private static let configurations = [
        ConfigurationFixture.everything,
        ConfigurationFixture.minimal(),
        ConfigurationFixture.minimal("directory: {source: file, path: users.json}"),
        ConfigurationFixture.minimal(
            "directory: {source: postgres, url: \"postgres://127.0.0.1/b\"}"
        ),
        ConfigurationFixture.minimal("directory: {source: claims, created_at: a, factors: b}"),
    ]

    @Test("every key of the code is documented, once, and every documented key exists")
    func keys() {
        let known = Self.configurations.map { ConfigurationFixture.load($0).knownKeys }
            .reduce(into: Set<String>()) { $0.formUnion($1) }
        let documented = self.documentedKeys
        #expect(Set(documented) == known)
        #expect(documented.count == known.count)
        #expect(known.subtracting(documented).isEmpty)
        #expect(Set(documented).subtracting(known).isEmpty)
    }

    @Test("every code is documented with its severity and meaning")
    func codes() {
        let documented = self.rows { $0.hasPrefix("GK") }
        let known = ConfigurationRule.allCases.sorted { $0.rawValue < $1.rawValue }.map { rule in
            [rule.rawValue, rule.severity.rawValue, rule.summary]
        }
        #expect(documented == known)
    }

    @Test("the examples are sound configurations")
    func examples() throws {
        let blocks = self.reference.components(separatedBy: "```yaml config\n").dropFirst()
        #expect(!blocks.isEmpty)
        for block in blocks {
            let text = try #require(block.components(separatedBy: "```").first)
            let surroundings = ConfigurationSurroundings(
                environment: { _ in "0123456789abcdef0123456789abcdef" },
                contents: { _ in [] }
            )
            let loaded = LoadedConfiguration(
                text: Array(text.utf8),
                name: "example",
                folder: "/",
                surroundings: surroundings
            )
            #expect(loaded.problems.isEmpty)
        }
    }
}
