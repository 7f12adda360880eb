import Foundation
import NIOCore
import NIOPosix

/// The examples use fixed ports; copies of them get ports of their own.
enum FreePorts {
    private static let fixed = ["8080", "8081", "8088", "54321"]

    /// Copies `examples/` with every fixed port replaced by a free one, and answers which.
    @discardableResult
    static func copyExamples(to folder: TemporaryFolder) throws -> [Int] {
        try folder.copy(Project.file("examples"), to: "examples")
        let free = try Self.find(count: Self.fixed.count)
        let ports = Dictionary(uniqueKeysWithValues: zip(Self.fixed, free))
        for file in FileManager.default.subpaths(atPath: folder.file("examples")) ?? [] {
            let name = "examples/\(file)"
            guard let text = try? folder.read(name), !file.contains("/state/") else { continue }
            // In one pass, since a free port may hold the digits of a fixed one.
            let moved = text.replacing(/\d+/) { match in
                ports[String(match.output)].map(String.init) ?? String(match.output)
            }
            try folder.write(moved, to: name)
        }
        return free
    }

    // All are held until the last one is found, so that no two are the same.
    static func find(count: Int) throws -> [Int] {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let channels = try (0..<count).map { _ in
            try bootstrap.bind(host: "127.0.0.1", port: 0).wait()
        }
        defer { for channel in channels { channel.close(promise: nil) } }
        return channels.compactMap { $0.localAddress?.port }
    }
}
