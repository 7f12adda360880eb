/// The meaning of a policy set, written to be read: every policy is asked, one after the other.
package struct ReferenceEvaluator: Sendable {
    package let set: ResolvedPolicySet

    package init(_ set: ResolvedPolicySet) {
        self.set = set
    }

    package func decide(_ request: AccessRequest, _ session: Session) -> Decision {
        let route = ReferenceRoute(request)
        let inScope = self.set.policies.lazy
            .map { ScopedPolicy(policy: $0, scope: route.scope(of: $0.routes)) }
            .filter { $0.scope > .no }
        return Decision(inScope, self.standing(of: route), session)
    }

    func standing(of route: ReferenceRoute) -> RouteStanding {
        RouteStanding(
            admitted: route.admitted(by: self.set.admits, .yes),
            possiblyAdmitted: route.admitted(by: self.set.admits, .unknown),
            pageRemedy: route.pageRemedy(of: self.set.pages)
        )
    }

    /// The facts that a decision may consult, before the directory is asked.
    package func consultedFacts(
        _ request: AccessRequest,
        _ principal: Principal,
        now: Instant
    ) -> FactNeeds {
        let route = ReferenceRoute(request)
        return self.set.policies.reduce(into: []) { needs, policy in
            guard route.scope(of: policy.routes) > .no, policy.phase(at: now) == .enforced else {
                return
            }
            needs.formUnion(policy.factsConsulted(of: principal, now: now))
        }
    }
}

extension Policy {
    /// The facts that the policy, in scope of the route, may consult of this principal.
    package func factsConsulted(of principal: Principal, now: Instant) -> FactNeeds {
        let session = Session(principal: principal, directory: .unknown, now: now)
        guard self.names(principal, session.facts) > .no else { return [] }
        var needs = self.factsConsulted(naming: principal, session.facts)
        guard case .require(let demands, _) = self.rule else { return needs }
        let evaluation = DemandEvaluation(
            session: session,
            applies: .yes,
            unknownReason: .directoryUnavailable
        )
        for demand in demands {
            let result = evaluation.result(of: demand)
            needs.formUnion(result.consulted)
            // Known factors may turn the remedy into an enrolment, which asks for the deadline.
            if self.grace?.anchor == .creation, result.remedy != nil, !result.consulted.isEmpty {
                needs.insert(.created)
            }
        }
        return needs
    }
}

/// A request as the patterns see it.
struct ReferenceRoute {
    private let verbs: VerbSet
    private let segments: [Substring]
    private let host: Fact<String>

    init(_ request: AccessRequest) {
        self.verbs = VerbSet(method: request.method, isUpgrade: request.isUpgrade)
        self.segments = pathSegments(request.path)
        self.host = request.host
    }

    /// Whether any one of the `on` clauses matches; none means everywhere.
    func scope(of routes: [RouteMatcher]) -> Truth {
        routes.isEmpty ? .yes : routes.map(self.matches).disjunction
    }

    func matches(_ route: RouteMatcher) -> Truth {
        Truth(route.verbs.matches(self.verbs))
            && Truth(route.paths.isEmpty || route.paths.contains(where: self.matches))
            && (route.hosts.isEmpty ? .yes : route.hosts.map(self.matches).disjunction)
    }

    /// The classes of the admissions that match, or that may.
    func admitted(by admits: [Admit], _ truth: Truth) -> ClassSet {
        admits.filter { ($0.route.map(self.matches) ?? .yes) == truth }
            .reduce(into: []) { $0.formUnion($1.classes) }
    }

    func pageRemedy(of pages: Pages) -> Outcome? {
        pages.remedies.filter { self.isCovered(by: $0.page) }.map(\.remedy).max()
    }

    private func matches(_ path: PathPattern) -> Bool {
        path.matches(self.segments)
    }

    private func matches(_ pattern: HostPattern) -> Truth {
        switch self.host {
        case .unknown: .unknown
        case .known(let host): Truth(pattern.matches(host))
        }
    }

    private func isCovered(by page: Page) -> Bool {
        page.companions.contains(where: self.matches)
            || page.coverage.map { self.matches($0) == .yes } ?? false
    }
}

extension Pages {
    /// The pages under which a route may stand, each with the hardest remedy it serves.
    package var remedies: [(page: Page, remedy: Outcome)] {
        let pages: [(Page?, Outcome)] = [
            (self.enroll, .enroll), (self.stepUp, .stepUp), (self.signIn, .unauthenticated),
        ]
        return pages.compactMap { page, remedy in page.map { ($0, remedy) } }
    }
}

extension Page {
    /// The route of the page itself; nil where none of the forwarded routes is.
    package var coverage: RouteMatcher? {
        switch self.target {
        case .builtin: return nil
        case .path(let path): return RouteMatcher(paths: [.exactly(path)])
        case .url(let url):
            // A page on another origin must not open the same path on ours.
            guard let (host, path) = hostAndPath(ofURL: url) else { return nil }
            return RouteMatcher(paths: [.exactly(path)], hosts: [.exact(host)])
        }
    }
}

extension PathPattern {
    fileprivate static func exactly(_ path: String) -> PathPattern {
        let bytes = path.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let segments = pathSegments(String(Substring(bytes)))
        return PathPattern(segments.map { .literal(String($0)) })
    }
}

private func hostAndPath(ofURL url: String) -> (host: String, path: String)? {
    let slash = UInt8(ascii: "/")
    let bytes = url.utf8
    guard let scheme = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let rest = bytes[scheme...].dropFirst()
    guard rest.starts(with: [slash, slash]) else { return nil }
    let hierarchy = rest.dropFirst(2)
    let authority = hierarchy.prefix { $0 != slash && $0 != UInt8(ascii: "?") }
    let host = authority.prefix { $0 != UInt8(ascii: ":") }
    let path = hierarchy.dropFirst(authority.count)
    return (String(Substring(host)).lowercased(), String(Substring(path)))
}
