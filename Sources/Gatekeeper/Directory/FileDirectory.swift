internal import Logging
internal import NIOCore
internal import Synchronization

/// A directory in a file, read again whenever the file changes.
final class FileDirectory: Sendable {
    private struct Current {
        var table: DirectoryTable?
        var readAt: NIODeadline?
        var problem: DirectoryFileProblem?
    }

    private let logger: Logger
    private let current = Mutex(Current())
    private let currentGeneration = Atomic<UInt64>(0)

    init(logger: Logger) {
        self.logger = logger
    }

    /// Changes with every table.
    var generation: UInt64 { self.currentGeneration.load(ordering: .acquiring) }

    var table: (table: DirectoryTable, readAt: NIODeadline)? {
        self.current.withLock { current in
            guard let table = current.table, let readAt = current.readAt else { return nil }
            return (table, readAt)
        }
    }

    /// Why the latest content is not in use; nil when it is.
    var problem: DirectoryFileProblem? { self.current.withLock { $0.problem } }

    /// Takes a content of the file: a good one replaces the old, a bad one changes nothing.
    func take(_ contents: Result<[UInt8], any Error>) {
        do throws(DirectoryFileProblem) {
            guard let text = try? contents.get() else { throw .unreadable }
            let table = try DirectoryTable(reading: text)
            self.current.withLock { $0 = Current(table: table, readAt: .now(), problem: nil) }
            self.currentGeneration.wrappingAdd(1, ordering: .releasing)
            self.logger.info("directory file read", metadata: ["users": "\(table.count)"])
        } catch {
            self.current.withLock { $0.problem = error }
            self.logger.error("cannot use the directory file", metadata: ["reason": "\(error)"])
        }
    }
}
