internal import Foundation

/// What tells one content of a file from the next without reading it.
struct FileFingerprint: Equatable, Sendable {
    let size: UInt64
    let modified: Date
    /// Changes when another file is moved into its place.
    let inode: UInt64

    /// The fingerprint of the file now; nil when it cannot be seen.
    init?(of path: String) {
        let resolved = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: resolved) else {
            return nil
        }
        guard let size = attributes[.size] as? UInt64 else { return nil }
        guard let modified = attributes[.modificationDate] as? Date else { return nil }
        guard let inode = attributes[.systemFileNumber] as? UInt64 else { return nil }
        self.size = size
        self.modified = modified
        self.inode = inode
    }
}

/// A file that is looked at from time to time.
struct WatchedFile: Sendable {
    /// How often watchers look.
    static let interval = Duration.seconds(1)

    let path: String
    private var seen: FileFingerprint?

    init(path: String) {
        self.path = path
        self.seen = nil
    }

    /// Whether the file changed since the last time this said so; true the first time.
    mutating func hasChanged() -> Bool {
        let fingerprint = FileFingerprint(of: self.path)
        guard let fingerprint, fingerprint != self.seen else { return false }
        self.seen = fingerprint
        return true
    }

    func contents() throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: self.path)))
    }
}
