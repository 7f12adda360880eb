internal import NIOCore

/// The processors that the process may run on.
enum Processors {
    /// How many: those of the machine, less what a container or `taskset` keeps from us.
    ///
    /// A second event loop on the same processor would only get in the way of the first.
    static var count: Int {
        let status = try? InputFile.readText("/proc/self/status")
        return max(1, min(System.coreCount, status.flatMap { Self.allowed(in: $0) } ?? .max))
    }

    /// How many bits are set in the line `Cpus_allowed`, hexadecimal words with commas between them
    /// (proc(5)); nil where there is no such line.
    static func allowed(in status: String) -> Int? {
        let name = "Cpus_allowed:"
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) }) else {
            return nil
        }
        var count = 0
        for digit in line.dropFirst(name.count) where digit != "," && !digit.isWhitespace {
            guard let value = digit.hexDigitValue else { return nil }
            count += value.nonzeroBitCount
        }
        return count > 0 ? count : nil
    }
}
