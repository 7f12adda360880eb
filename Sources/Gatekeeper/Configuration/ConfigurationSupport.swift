internal import PolicyDSL

/// What this version of `serve` understands and cannot do yet; the one place that says so.
enum ConfigurationSupport {
    static func gaps(in loaded: LoadedConfiguration) -> [ConfigurationProblem] {
        guard let configuration = loaded.configuration else { return [] }
        var gaps: [ConfigurationProblem] = []
        func add(_ path: String, _ message: String) {
            let span = loaded.spans[path] ?? SourceSpan(start: 0, end: 0)
            gaps.append(
                ConfigurationProblem(rule: .unsupported, span: span, message: message, help: nil)
            )
        }
        switch configuration.directory?.source {
        case nil, .file, .claims, .issuer, .http: break
        case .postgres: add("directory.source", "`serve` cannot ask PostgreSQL yet")
        case .sqlite: add("directory.source", "`serve` cannot ask SQLite yet")
        }
        if configuration.log.subjects == .hashed {
            add("log.subjects", "`serve` cannot hash subjects yet")
        }
        return gaps
    }
}
