import Foundation
import Testing
import TokenVerify

/// `docs/tokens.md` and the code name the same words.
@Suite struct DocumentationTests {
    private static let codes =
        TokenRejection.allCases.map { $0.code } + KeySetError.allCases.map { $0.code }
        + KeyDefect.allCases.map { $0.code }

    private static func page() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appending(path: "docs").appending(path: "tokens.md")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test("every code word is explained", arguments: codes)
    func explained(_ code: String) throws {
        #expect(try Self.page().contains("`\(code)`"))
    }

    @Test("no code word is explained that does not exist")
    func existing() throws {
        let words = try Self.page().split(separator: "\n").filter { $0.hasPrefix("|") }
            .flatMap { $0.matches(of: /`((?:token|key|claims|algorithm|payload)-[a-z-]+)`/) }
            .map { String($0.output.1) }
        #expect(Set(words).subtracting(Self.codes).isEmpty)
    }
}
