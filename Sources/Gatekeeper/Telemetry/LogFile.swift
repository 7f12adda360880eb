internal import Foundation
internal import Glibc

/// Where log lines end up: a file that may be moved away and reopened, or standard output.
///
/// Used by one thread at a time.
struct LogFile: ~Copyable {
    private let path: String?
    private var handle: FileHandle

    /// Opens the file for appending and makes it when it is not there; nil is standard output.
    init(path: String?) throws {
        self.path = path
        self.handle = try Self.open(path)
    }

    /// Appends whole lines, or nothing: half of one would spoil the next that is written.
    mutating func append(_ bytes: [UInt8]) throws {
        let file = self.handle.fileDescriptor
        let end = self.path == nil ? -1 : lseek(file, 0, SEEK_END)
        do {
            try self.handle.write(contentsOf: bytes)
        } catch {
            if end >= 0 { ftruncate(file, end) }
            throw error
        }
    }

    /// Opens the path again, as after a rotation; on failure the old file stays in use.
    mutating func reopen() throws {
        guard self.path != nil else { return }
        self.handle = try Self.open(self.path)
    }

    private static func open(_ path: String?) throws -> FileHandle {
        guard let path else { return .standardOutput }
        // Group may read, nobody else: records name people.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
