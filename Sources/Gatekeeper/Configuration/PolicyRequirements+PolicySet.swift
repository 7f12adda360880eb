internal import PolicyDSL

extension PolicyRequirements {
    /// What a policy set asks of its configuration.
    init(of policies: PolicySet) {
        let pages: [(remedy: String, page: Page?)] = [
            ("sign-in", Page(policies.pages.signIn, remedy: "sign-in", of: policies)),
            ("step-up", Page(policies.pages.stepUp, remedy: "step-up", of: policies)),
            ("enroll", Page(policies.pages.enroll, remedy: "enroll", of: policies)),
            ("factors", Page(policies.pages.factors, remedy: "factors", of: policies)),
        ]
        self.init(
            factPolicies: policies.resolved.policies.filter { $0.needsDirectory }.map(\.name),
            pages: pages.compactMap(\.page)
        )
    }
}

extension PolicyRequirements.Page {
    fileprivate init?(_ page: PolicyDSL.Page?, remedy: String, of policies: PolicySet) {
        guard let page else { return nil }
        switch page.target {
        case .path(let path):
            self.init(
                remedy: remedy,
                location: .path(path),
                obstacle: Self.obstacle(at: path, of: policies)
            )
        case .url(let url):
            self.init(remedy: remedy, location: .url(url), obstacle: nil)
        case .builtin:
            self.init(
                remedy: remedy,
                location: .builtin,
                obstacle: remedy == "sign-in" ? "there is no built-in sign-in page" : nil
            )
        }
    }

    // On a page only `deny` stands; one that names every user leaves nobody to use it.
    private static func obstacle(at path: String, of policies: PolicySet) -> String? {
        let segments = pathSegments(path)
        let denier = policies.resolved.policies.first { policy in
            guard case .deny = policy.rule, case .enforce = policy.mode else { return false }
            let namesAll =
                policy.subject.classes.contains(.user) && policy.subject.filters.isEmpty
                && policy.exception == nil
            let covers =
                policy.routes.isEmpty
                || policy.routes.contains { route in
                    route.hosts.isEmpty && route.verbs.contains(.get)
                        && (route.paths.isEmpty
                            || route.paths.contains { $0.matches(segments) })
                }
            return namesAll && covers && policy.from == nil && policy.until == nil
        }
        return denier.map { "policy `\($0.name)` denies it to every user" }
    }
}
