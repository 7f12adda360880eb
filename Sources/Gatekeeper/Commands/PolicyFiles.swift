internal import PolicyDSL

/// Finds the policy files that a command line or a configuration names.
enum PolicyFiles {
    /// The sources of all `paths`; a folder means its `*.policy` files, not its subfolders.
    static func sources(_ paths: [String]) throws(CommandFailure) -> [PolicySource] {
        var sources: [PolicySource] = []
        for file in try Self.names(paths) {
            sources.append(PolicySource(name: file, bytes: try InputFile.read(file)))
        }
        return sources
    }

    /// The files of all `paths`.
    static func names(_ paths: [String]) throws(CommandFailure) -> [String] {
        var names: [String] = []
        for path in paths { names += try Self.files(path) }
        return names
    }

    /// The sets that `paths` name: a folder is one, and so is a file together with the
    /// `NAME.test.policy` beside it.
    static func sets(_ paths: [String]) -> [[String]] {
        var sets: [[String]] = []
        for path in paths {
            let base = Self.base(of: path)
            let tests = base.dropLast(Self.suffix.count) + Self.testSuffix
            let hasTests = base.hasSuffix(Self.suffix) && InputFile.exists(String(tests))
            let set = hasTests ? [base, String(tests)] : [base]
            if !sets.contains(set) { sets.append(set) }
        }
        return sets
    }

    private static let suffix = ".policy"
    private static let testSuffix = ".test.policy"

    // A glob names the tests as well as what they test.
    private static func base(of path: String) -> String {
        guard path.hasSuffix(Self.testSuffix) else { return path }
        let base = path.dropLast(Self.testSuffix.count) + Self.suffix
        return InputFile.exists(String(base)) ? String(base) : path
    }

    private static func files(_ path: String) throws(CommandFailure) -> [String] {
        guard path != "-", let names = InputFile.folder(path) else { return [path] }
        let files = names.filter { $0.hasSuffix(".policy") }
        guard !files.isEmpty else {
            throw CommandFailure("the folder `\(path)` holds no `*.policy` file")
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return files.map { folder + $0 }
    }
}
