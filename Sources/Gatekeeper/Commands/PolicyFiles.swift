internal import PolicyDSL

/// Finds the policy files that a command line or a configuration names.
enum PolicyFiles {
    /// The sources of all `paths`; a folder means its `*.policy` files, not its subfolders.
    static func sources(_ paths: [String]) throws(CommandFailure) -> [PolicySource] {
        var sources: [PolicySource] = []
        for path in paths {
            for file in try Self.files(path) {
                sources.append(PolicySource(name: file, bytes: try InputFile.read(file)))
            }
        }
        return sources
    }

    /// `paths`, and beside every `NAME.policy` the file of its tests, if there is one.
    static func withTests(_ paths: [String]) -> [String] {
        paths.flatMap { path -> [String] in
            guard path.hasSuffix(".policy"), !path.hasSuffix(Self.testSuffix) else { return [path] }
            let tests = path.dropLast(".policy".count) + Self.testSuffix
            return InputFile.exists(String(tests)) ? [path, String(tests)] : [path]
        }
    }

    private static let testSuffix = ".test.policy"

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
