import Foundation

/// A folder of a test's own, gone when the test is over.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let name = "gatekeeper-\(UUID().uuidString.prefix(8))"
        self.path = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(
            atPath: self.path,
            withIntermediateDirectories: true
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// Where a file called `name` stands.
    func file(_ name: String) -> String {
        "\(self.path)/\(name)"
    }

    /// Writes a whole file, so that nobody who watches it ever reads half of it.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let file = URL(filePath: self.file(name))
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file, options: .atomic)
        return file.path
    }

    func read(_ name: String) throws -> String {
        try Self.text(of: self.file(name))
    }

    /// Copies a file or a whole folder of the project.
    func copy(_ source: String, to name: String) throws {
        try FileManager.default.copyItem(atPath: source, toPath: self.file(name))
    }

    static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }
}
