internal import PolicyDSL

/// The tokens and requests of a matrix.
enum SampleFolder {
    /// One token, under the name of its file.
    struct Sample {
        let name: String
        let sample: DryRun.Case
    }

    static func samples(
        _ path: String?,
        options: CheckOptions
    ) throws(CommandFailure) -> [Sample] {
        guard let path else {
            let name = options.token ?? options.claims ?? "no token"
            return [Sample(name: name, sample: try options.sample())]
        }
        guard let names = InputFile.folder(path) else {
            throw CommandFailure("`\(path)` is not a folder")
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        let base = try options.sample()
        var samples: [Sample] = []
        for name in names where !name.hasPrefix(".") && !name.hasSuffix(Self.userSuffix) {
            guard InputFile.folder(folder + name) == nil else { continue }
            let bytes = try InputFile.read(folder + name)
            var sample = base
            sample.token =
                name.hasSuffix(".json") ? .claims(bytes) : .compact(VerifyCommand.trimmed(bytes))
            let stem = name.split(separator: ".").dropLast().joined(separator: ".")
            if names.contains(stem + Self.userSuffix) {
                sample.directory = try SampleUser.read(
                    folder + stem + Self.userSuffix,
                    at: sample.at
                )
            }
            samples.append(Sample(name: name, sample: sample))
        }
        guard !samples.isEmpty else {
            throw CommandFailure("the folder `\(path)` holds no sample token")
        }
        return samples
    }

    /// The requests of a file; empty lines and lines that begin with `#` are passed over.
    static func requests(
        _ path: String?,
        default request: String
    ) throws(CommandFailure) -> [(method: String, target: String)] {
        var requests: [(method: String, target: String)] = []
        let text = if let path { try InputFile.readText(path) } else { request }
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let method = words.first, !method.hasPrefix("#") else { continue }
            guard let target = words.last, words.count == 2 else {
                throw CommandFailure("`\(line)` is not `METHOD target`")
            }
            requests.append((String(method), String(target)))
        }
        return requests
    }

    private static let userSuffix = ".user.json"
}
