import Foundation

/// Where the project's own files are, and what was built of them.
enum Project {
    /// The folder of `Package.swift`.
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    static func file(_ path: String) -> String {
        "\(Self.folder)/\(path)"
    }

    static func text(of path: String) throws -> String {
        try TemporaryFolder.text(of: Self.file(path))
    }

    /// The folder of the programs, which is also the test bundle's.
    static let products: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") }
        let test = URL(filePath: bundle ?? CommandLine.arguments.first ?? ".")
        var folder = test.deletingLastPathComponent()
        // On macOS the bundle is a folder, with the program three folders down.
        while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
        return folder.path
    }()
}
