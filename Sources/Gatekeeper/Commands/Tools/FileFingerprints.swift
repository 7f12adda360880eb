internal import Glibc

/// What tells one state of some policy files from the next.
struct FileFingerprints: Equatable {
    private let paths: [String]
    private let files: [String: FileFingerprint?]

    /// The state of all files that the paths name now, of folders those that are in them.
    init(of paths: [String]) {
        self.paths = paths
        let names = PolicyFiles.sets(paths).flatMap { set in
            (try? PolicyFiles.names(set)) ?? set
        }
        self.files = Dictionary(
            names.map { ($0, FileFingerprint(of: $0)) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Waits until the state is another one, and has been for a moment: editors write in steps.
    func next() -> FileFingerprints {
        var last = self
        while true {
            usleep(Self.pause)
            let now = FileFingerprints(of: self.paths)
            if now != self, now == last { return now }
            last = now
        }
    }

    private static let pause: UInt32 = 100_000
}
