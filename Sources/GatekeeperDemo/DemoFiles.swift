internal import Foundation

/// The few files a demonstration keeps.
enum DemoFiles {
    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
    }

    /// Writes beside the file and renames, so that a watcher never reads half of it.
    static func write(_ text: String, to path: String, mode: Int = 0o644) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

extension DemoFiles {
    /// Writes a line to standard output at once.
    static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
