internal import Foundation
internal import Glibc

/// Where log lines end up: a file that may be moved away and reopened, or standard output.
///
/// Used by one thread at a time.
struct LogFile: ~Copyable {
    private let path: String?
    private var handle: FileHandle
    /// Whether the last thing written is the beginning of a line.
    private var isTorn = false

    /// Opens the file for appending and makes it when it is not there; nil is standard output.
    init(path: String?) throws {
        self.path = path
        self.handle = try Self.open(path)
    }

    /// Writes whole lines, waiting for as long as the file takes none; the result is how many
    /// bytes of lines are written, fewer than all when it fails.
    mutating func append(_ lines: [UInt8]) -> Int {
        // What follows half a line must not be taken for its end.
        if self.isTorn {
            guard self.write([UInt8(ascii: "\n")]) == 1 else { return 0 }
            self.isTorn = false
        }
        let written = self.write(lines)
        let whole = lines[..<written].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        if whole < written { self.cut(written - whole) }
        return whole
    }

    /// Takes back the beginning of a line, where that can be had back.
    private mutating func cut(_ bytes: Int) {
        let file = self.handle.fileDescriptor
        let end = self.path == nil ? -1 : lseek(file, 0, SEEK_END)
        self.isTorn = end < bytes || ftruncate(file, end - bytes) != 0
    }

    private func write(_ bytes: [UInt8]) -> Int {
        let descriptor = self.handle.fileDescriptor
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { rest in
                unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count > 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            // Standard output may be a pipe that somebody else made non-blocking.
            case EAGAIN: Self.awaitRoom(descriptor)
            default: return written
            }
        }
        return written
    }

    private static func awaitRoom(_ descriptor: CInt) {
        var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&question, 1, 1_000)
    }

    /// Opens the path again, as after a rotation; on failure the old file stays in use.
    mutating func reopen() throws {
        guard self.path != nil else { return }
        self.handle = try Self.open(self.path)
        self.isTorn = false
    }

    private static func open(_ path: String?) throws -> FileHandle {
        guard let path else { return .standardOutput }
        // Group may read, nobody else: records name people.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
}
