internal import PolicyDSL

/// What the configuration must know about the policy set to be called safe.
struct PolicyRequirements: Sendable {
    /// A page of the set and where it is.
    struct Page: Sendable {
        enum Location: Sendable {
            /// On the upstream.
            case path(String)
            case url(String)
            case builtin
        }

        /// The word of the policy language, `step-up`.
        let remedy: String
        let location: Location
        /// Why nobody could ever get through it, if so: what the set's own rules say.
        let obstacle: String?
    }

    /// The policies that ask for facts of the user, in the order of the set.
    let factPolicies: [String]
    let pages: [Page]
}

extension LoadedConfiguration {
    /// What only the policy set can tell to be unsafe.
    func problems(with policy: PolicyRequirements) -> [ConfigurationProblem] {
        guard let configuration = self.configuration else { return [] }
        let span = self.spans["policy"] ?? SourceSpan(start: 0, end: 0)
        let missing = configuration.directory == nil ? policy.factPolicies.first : nil
        let directory = missing.map { name in
            ConfigurationProblem(
                rule: .missingDirectory,
                span: span,
                message: "policy `\(name)` asks for facts of the user, and there is no `directory`",
                help: "write `directory: {source: issuer}`"
            )
        }
        let pages = policy.pages.compactMap { page in
            page.problem(configuration).map { rule, message in
                ConfigurationProblem(rule: rule, span: span, message: message, help: nil)
            }
        }
        return (directory.map { [$0] } ?? []) + pages
    }
}

extension PolicyRequirements.Page {
    fileprivate func problem(_ configuration: Configuration) -> (ConfigurationRule, String)? {
        if let obstacle = self.obstacle {
            return (.deadPage, "the `\(self.remedy)` page can never succeed: \(obstacle)")
        }
        switch self.location {
        case .path(let path):
            guard path == "/.gatekeeper" || path.hasPrefix("/.gatekeeper/") else { return nil }
            return (
                .deadPage,
                "the `\(self.remedy)` page can never succeed: `\(path)` is never forwarded"
            )
        case .url(let text):
            guard let url = WebURL(text) else {
                return (.deadPage, "the `\(self.remedy)` page is not an http or https URL")
            }
            guard url.origin.isExposed, url.origin != configuration.publicURL else { return nil }
            return (
                .exposedURL,
                "the `\(self.remedy)` page is plain http on another machine: `\(url.origin)`"
            )
        case .builtin:
            let hasProject = configuration.issuers.contains { issuer in
                if case .supabase = issuer.provider { true } else { false }
            }
            guard !hasProject else { return nil }
            return (
                .deadPage,
                "the `\(self.remedy)` page can never succeed: built-in pages need a Supabase project"
            )
        }
    }
}
