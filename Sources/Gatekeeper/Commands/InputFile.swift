internal import Glibc

/// Reading what the command line names; `-` is standard input.
enum InputFile {
    /// No sample, key set or policy is larger; a batch is read line by line instead.
    static let maximumBytes = 64 << 20

    /// The whole content of a file.
    static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
        let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        defer { if path != "-" { close(descriptor) } }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            guard count >= 0 else { throw Self.failure(path) }
            if count == 0 { return content }
            content += chunk[..<count]
            guard content.count <= Self.maximumBytes else {
                throw CommandFailure("`\(path)` is larger than \(Self.maximumBytes >> 20) MiB")
            }
        }
    }

    /// The content as text; anything but UTF-8 is refused.
    static func readText(_ path: String) throws(CommandFailure) -> String {
        guard let text = String(validating: try Self.read(path), as: UTF8.self) else {
            throw CommandFailure("`\(path)` is not UTF-8 text")
        }
        return text
    }

    static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    /// The entries of a folder in the order of their names, or `nil` where `path` is no folder.
    static func folder(_ path: String) -> [String]? {
        guard let stream = unsafe opendir(path) else { return nil }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure("cannot read `\(path)`: \(unsafe String(cString: strerror(errno)))")
    }
}
