internal import Glibc

/// Reads a file line by line, so that a batch may be longer than memory.
struct LineReader: ~Copyable {
    private static let maximumLineBytes = 8 << 20

    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    /// Opens a file; `-` is standard input.
    init(_ path: String) throws(CommandFailure) {
        self.path = path
        self.descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit {
        if self.descriptor != STDIN_FILENO { close(self.descriptor) }
    }

    /// The next line without its line break; `nil` at the end.
    ///
    /// Lines of white space are skipped.
    mutating func next() throws(CommandFailure) -> [UInt8]? {
        while true {
            if let end = self.buffer[self.start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(self.buffer[self.start..<end])
                self.start = end + 1
                if !Self.isBlank(line) { return line }
            } else if self.isAtEnd {
                let line = Array(self.buffer[self.start...])
                self.start = self.buffer.count
                return Self.isBlank(line) ? nil : line
            } else {
                try self.fill()
            }
        }
    }

    private mutating func fill() throws(CommandFailure) {
        self.buffer.removeFirst(self.start)
        self.start = 0
        guard self.buffer.count <= Self.maximumLineBytes else {
            throw CommandFailure(
                "a line of `\(self.path)` is longer than \(Self.maximumLineBytes >> 20) MiB"
            )
        }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        let count = unsafe chunk.withUnsafeMutableBytes {
            unsafe read(self.descriptor, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw Self.failure(self.path) }
        self.isAtEnd = count == 0
        self.buffer += chunk[..<count]
    }

    private static func isBlank(_ line: [UInt8]) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot read `\(path)`: \(unsafe String(cString: strerror(errno)))")
    }
}
