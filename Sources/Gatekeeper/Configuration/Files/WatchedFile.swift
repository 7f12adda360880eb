internal import Foundation
internal import Glibc

/// What tells one content of a file from the next without reading it.
struct FileFingerprint: Equatable, Sendable {
    let size: Int64
    let modifiedSeconds: Int64
    let modifiedNanoseconds: Int64
    /// Changes when another file is moved into its place.
    let inode: UInt64

    /// The fingerprint of the file now, behind any links; nil when it cannot be seen.
    ///
    /// Foundation's attributes would look up the names of owner and group each time.
    init?(of path: String) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        self.size = Int64(status.st_size)
        self.modifiedSeconds = Int64(status.st_mtim.tv_sec)
        self.modifiedNanoseconds = Int64(status.st_mtim.tv_nsec)
        self.inode = UInt64(status.st_ino)
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
