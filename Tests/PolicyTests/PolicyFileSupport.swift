import Foundation
import Testing

@testable import PolicyDSL

/// The files of the repository that tests read.
enum RepositoryFile {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The policy files of a folder, not of its subfolders, by name.
    static func policies(in folder: String) throws -> [PolicySource] {
        try Self.names(in: folder).filter { $0.hasSuffix(".policy") }
            .map { try Self.source("\(folder)/\($0)") }
    }

    static func names(in folder: String) throws -> [String] {
        let path = Self.root.appending(path: folder).path
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    static func source(_ path: String) throws -> PolicySource {
        let url = Self.root.appending(path: path)
        return PolicySource(name: url.lastPathComponent, bytes: Array(try Data(contentsOf: url)))
    }

    static func text(_ path: String) throws -> String {
        String(decoding: try Self.source(path).bytes, as: UTF8.self)
    }
}

extension PolicyReading {
    /// Reads one file that begins with the language version and admits users.
    static func fixture(_ items: String) -> PolicyReading {
        PolicyReading([
            PolicySource(name: "test.policy", text: "gatekeeper 1 admit users\n" + items)
        ])
    }

    /// Reads one policy for users with these clauses.
    static func fixture(clauses: String) -> PolicyReading {
        Self.fixture("policy p { for users \(clauses) }")
    }

    var codes: [DiagnosticCode] {
        self.diagnostics.map(\.code)
    }
}

/// The reading of a text that must be without fault.
func sound(
    _ reading: PolicyReading,
    at location: SourceLocation = #_sourceLocation
) throws -> PolicySet {
    let complaints = reading.diagnostics.map { $0.plain(in: reading.sources) }
    #expect(complaints == [], sourceLocation: location)
    return try #require(reading.policySet, sourceLocation: location)
}
