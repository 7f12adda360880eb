internal import PolicyDSL
internal import Yams

/// What reading a configuration file came to.
struct LoadedConfiguration {
    /// Absent when there was an error.
    let configuration: Configuration?
    /// Where the policies are; also known where something else is wrong.
    let policy: String?
    /// Every problem that was found, errors and warnings, in the order of the file.
    let problems: [ConfigurationProblem]
    let source: PolicySource
    /// Where each value stands, by its path, `issuers[0].url`.
    let spans: [String: SourceSpan]
    /// Every key that a reading of such a file asks for, `issuers[].url`.
    let knownKeys: Set<String>
}

extension LoadedConfiguration {
    /// Reads, checks and completes the text of a configuration file.
    ///
    /// - Parameters:
    ///   - text: The bytes of the file.
    ///   - name: What diagnostics call the file.
    ///   - folder: The folder that relative paths start from.
    ///   - surroundings: The environment and the files that secrets come from.
    init(
        text: [UInt8],
        name: String,
        folder: String,
        surroundings: ConfigurationSurroundings
    ) {
        let source = PolicySource(name: name, bytes: text)
        let reading = ConfigurationReading(
            source: source,
            folder: folder,
            surroundings: surroundings
        )
        var configuration: Configuration?
        if let root = reading.root() {
            let candidate = Configuration(reading: root)
            root.checkAddresses(of: candidate)
            root.checkDirectory(of: candidate)
            configuration = candidate
        }
        let problems = reading.problems.sorted {
            ($0.span.start, $0.rule.rawValue) < ($1.span.start, $1.rule.rawValue)
        }
        let isUsable = !problems.contains { $0.severity == .error }
        self.configuration = isUsable ? configuration : nil
        self.policy = configuration.flatMap { $0.policy.isEmpty ? nil : $0.policy }
        self.problems = problems
        self.source = source
        self.spans = reading.spans
        self.knownKeys = reading.knownKeys
    }
}

extension LoadedConfiguration {
    /// Reads a configuration file of this machine, with the environment of this process.
    static func load(file: String) -> LoadedConfiguration {
        let surroundings = ConfigurationSurroundings.process
        let text: [UInt8]
        do {
            text = try surroundings.contents(file)
        } catch {
            return LoadedConfiguration(unreadable: file)
        }
        return LoadedConfiguration(
            text: text,
            name: file,
            folder: surroundings.folder(of: file),
            surroundings: surroundings
        )
    }

    private init(unreadable file: String) {
        self.configuration = nil
        self.policy = nil
        self.source = PolicySource(name: file, text: "")
        self.spans = [:]
        self.knownKeys = []
        self.problems = [
            ConfigurationProblem(
                rule: .unreadableFile,
                span: SourceSpan(start: 0, end: 0),
                message: "cannot read `\(file)`",
                help: nil
            )
        ]
    }
}

extension ConfigurationReading {
    /// The root mapping of the file; reported when the text is not YAML or not a mapping.
    fileprivate func root() -> Section? {
        let start = SourceSpan(start: 0, end: 0)
        guard let text = String(validating: self.source.bytes, as: UTF8.self) else {
            self.report(.unreadableFile, at: start, "the file is not UTF-8 text")
            return nil
        }
        let node: Node?
        do {
            node = try compose(yaml: text)
        } catch {
            self.reportSyntax(error)
            return nil
        }
        guard let node, node.mapping != nil else {
            self.report(.badSyntax, at: start, "the file must be a mapping, `name: value`")
            return nil
        }
        return Section(node, path: "", schemaPath: "", span: start, reading: self)
    }

    private func reportSyntax(_ error: any Error) {
        guard let error = error as? YamlError else {
            self.report(.badSyntax, at: SourceSpan(start: 0, end: 0), "the file is not YAML")
            return
        }
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let span = self.span(line: mark.line, column: mark.column, length: 1)
            let place = context.map { " \($0.text)" } ?? ""
            self.report(.badSyntax, at: span, "\(problem)\(place)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let name = duplicates.first ?? ""
            let span = self.span(
                line: context.mark.line,
                column: context.mark.column,
                length: name.utf8.count
            )
            self.report(.badSyntax, at: span, "the key `\(name)` stands twice")
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            self.report(.badSyntax, at: SourceSpan(start: 0, end: 0), "the file is not YAML")
        }
    }
}
