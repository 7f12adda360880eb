internal import Glibc

/// Writing what a command makes back to disk.
enum OutputFile {
    /// Replaces the content of `path` in one step, so that nobody ever reads half a file.
    ///
    /// The file keeps its mode, and a link keeps pointing to it.
    static func replace(_ path: String, with bytes: [UInt8]) throws(CommandFailure) {
        let target = Self.resolved(path)
        let draft = target + ".gatekeeper-new"
        let mode = Self.mode(of: target)
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw Self.failure(path) }
        do throws(CommandFailure) {
            try Self.write(bytes, to: descriptor, path)
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0 else {
                throw Self.failure(path)
            }
        } catch {
            close(descriptor)
            _ = unsafe unlink(draft)
            throw error
        }
        close(descriptor)
        guard unsafe rename(draft, target) == 0 else {
            let failure = Self.failure(path)
            _ = unsafe unlink(draft)
            throw failure
        }
    }

    private static func write(
        _ bytes: [UInt8],
        to descriptor: Int32,
        _ path: String
    ) throws(CommandFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    private static func mode(of path: String) -> mode_t {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return 0o644 }
        return status.st_mode & 0o777
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot write `\(path)`: \(unsafe String(cString: strerror(errno)))")
    }
}
