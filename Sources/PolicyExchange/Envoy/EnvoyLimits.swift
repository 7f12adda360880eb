internal import PolicyDSL

/// What RBAC cannot express, found before anything is written.
struct EnvoyLimits {
    let written: WrittenSet
    let set: PolicySet
    let dropsPages: Bool

    var refusals: [Diagnostic] {
        (self.set.resolved.policies.flatMap(self.refusals) + self.admissions + self.pages).sorted {
            ($0.span.source, $0.span.start) < ($1.span.source, $1.span.start)
        }
    }

    private var admissions: [Diagnostic] {
        self.set.resolved.admits.flatMap { admit in
            self.refusals(of: admit.route.map { [$0] } ?? [], at: admit.span)
        }
    }

    // Envoy refuses expressions whose program has more than 100 steps.
    private func refusals(of routes: [RouteMatcher], at span: SourceSpan) -> [Diagnostic] {
        let patterns = routes.flatMap(\.paths).filter { ($0.envoyExpression?.utf8.count ?? 0) > 80 }
        return patterns.map { pattern in
            .beyondTarget(
                at: span,
                "`\(pattern)` is too long for an expression of Envoy's",
                help: "a path with `*` becomes an expression; end it with `/**` earlier"
            )
        }
    }

    private var pages: [Diagnostic] {
        guard !self.dropsPages else { return [] }
        return self.set.resolved.pages.remedies.map { page, _ in
            .beyondTarget(
                at: page.span,
                "Envoy sends nobody to a page",
                help: "`--without-pages` gives the pages up: whoever would be sent there gets 403"
            )
        }
    }

    private func refusals(of policy: Policy) -> [Diagnostic] {
        var refusals: [Diagnostic] = []
        if policy.from != nil || policy.until != nil {
            refusals.append(
                .beyondTarget(
                    at: self.written.place(of: policy, \.isPeriod),
                    "RBAC cannot compare times",
                    help: "export again once the policy has begun, without `from`"
                )
            )
        }
        if policy.grace != nil {
            refusals.append(
                .beyondTarget(
                    at: self.written.place(of: policy, \.isGrace),
                    "RBAC has no `grace`",
                    help: "it cannot tell who still has to set up a factor"
                )
            )
        }
        let filters = policy.subject.filters + (policy.exception?.filters ?? [])
        if let filter = filters.first(where: { !$0.fact.isEmpty }) {
            refusals.append(
                .beyondTarget(
                    at: self.written.place(of: policy, \.isSubject),
                    "Envoy cannot see `\(filter)`",
                    help: "tokens carry neither the age of an account nor its factors"
                )
            )
        }
        refusals += self.refusals(of: policy.routes, at: self.written.place(of: policy, \.isRoute))
        let words = Set(policy.rule.demands.flatMap(\.wordsBeyondEnvoy)).sorted()
        return refusals
            + words.map { word in
                .beyondTarget(
                    at: self.written.place(of: policy, \.isDemand),
                    "RBAC cannot ask for \(word)",
                    help: "it can ask for `aal2`, and for nothing that has a time or a method"
                )
            }
    }
}

extension Demand {
    fileprivate var wordsBeyondEnvoy: [String] {
        switch self {
        case .secondLevel(let isConfirmed, let within):
            (isConfirmed ? ["`confirmed`"] : []) + (within == nil ? [] : ["`within`"])
        case .signIn: ["`sign-in within`"]
        case .methods: ["a method"]
        case .all(let parts), .any(let parts): parts.flatMap(\.wordsBeyondEnvoy)
        }
    }
}
