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
        for (index, issuer) in configuration.issuers.enumerated() {
            switch issuer.provider {
            case .supabase, .static: break
            case .clerk, .oidc:
                let name = issuer.provider.name.rawValue
                add("issuers[\(index)].provider", "`serve` cannot serve \(name) issuers yet")
            }
        }
        return gaps
    }
}
