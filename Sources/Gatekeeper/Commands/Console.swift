internal import Glibc

/// The terminal or pipe a command writes to.
///
/// Results go to standard output, everything about them to standard error.
enum Console {
    static func write(_ text: String) throws(CommandFailure) {
        try Self.write(Array(text.utf8), to: STDOUT_FILENO)
    }

    static func write(_ bytes: [UInt8]) throws(CommandFailure) {
        try Self.write(bytes, to: STDOUT_FILENO)
    }

    static func note(_ text: String) throws(CommandFailure) {
        try Self.write(Array((text + "\n").utf8), to: STDERR_FILENO)
    }

    /// Whether standard output is a terminal that wants colours (https://no-color.org).
    static var showsColours: Bool {
        let refusal = unsafe getenv("NO_COLOR").map { unsafe String(cString: $0) }
        return isatty(STDOUT_FILENO) == 1 && (refusal ?? "").isEmpty
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(CommandFailure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw CommandFailure(
                    "cannot write: \(unsafe String(cString: strerror(errno)))"
                )
            }
            rest = rest.dropFirst(count)
        }
    }
}
