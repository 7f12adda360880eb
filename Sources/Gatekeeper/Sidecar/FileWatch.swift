/// The configuration and policy files, looked at from time to time.
struct FileWatch {
    private let configurationPath: String
    private var fingerprints: [String: FileFingerprint]

    /// Remembers the files as they are now.
    init(configurationPath: String, policyPath: String) {
        self.configurationPath = configurationPath
        self.fingerprints = Self.look(configurationPath, policyPath)
    }

    /// Whether any of the files changed, came or went since the last time this said so.
    mutating func hasChanged(policyPath: String) -> Bool {
        let now = Self.look(self.configurationPath, policyPath)
        guard now != self.fingerprints else { return false }
        self.fingerprints = now
        return true
    }

    private static func look(
        _ configurationPath: String,
        _ policyPath: String
    ) -> [String: FileFingerprint] {
        var paths = [configurationPath]
        if let names = InputFile.folder(policyPath) {
            paths += names.filter { $0.hasSuffix(".policy") }.map { "\(policyPath)/\($0)" }
        } else {
            paths.append(policyPath)
        }
        var fingerprints: [String: FileFingerprint] = [:]
        for path in paths { fingerprints[path] = FileFingerprint(of: path) }
        return fingerprints
    }
}
