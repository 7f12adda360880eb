/// What a configuration names that takes effect as soon as it changes.
struct WatchedPaths: Sendable {
    /// A file, or a folder of `*.policy` files.
    let policy: String
    let certificates: [String]

    init(_ configuration: Configuration) {
        self.policy = configuration.policy
        self.certificates = configuration.certificatePaths
    }
}

/// The configuration and the files that it names, looked at from time to time.
struct FileWatch {
    private let configurationPath: String
    private var fingerprints: [String: FileFingerprint]

    /// Remembers the files as they are now.
    init(configurationPath: String, paths: WatchedPaths) {
        self.configurationPath = configurationPath
        self.fingerprints = Self.look(configurationPath, paths)
    }

    /// Whether any of the files changed, came or went since the last time this said so.
    mutating func hasChanged(_ paths: WatchedPaths) -> Bool {
        let now = Self.look(self.configurationPath, paths)
        guard now != self.fingerprints else { return false }
        self.fingerprints = now
        return true
    }

    private static func look(
        _ configurationPath: String,
        _ watched: WatchedPaths
    ) -> [String: FileFingerprint] {
        var paths = [configurationPath] + watched.certificates
        if let names = InputFile.folder(watched.policy) {
            paths += names.filter { $0.hasSuffix(".policy") }.map { "\(watched.policy)/\($0)" }
        } else {
            paths.append(watched.policy)
        }
        var fingerprints: [String: FileFingerprint] = [:]
        for path in paths { fingerprints[path] = FileFingerprint(of: path) }
        return fingerprints
    }
}
