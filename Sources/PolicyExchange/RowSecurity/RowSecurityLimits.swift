internal import PolicyDSL

/// What row security cannot express, found before anything is written.
struct RowSecurityLimits {
    private let written: WrittenSet
    private let set: PolicySet
    private let tables: [RowSecurity.Table]

    init(_ reading: PolicyReading, _ set: PolicySet, _ tables: [RowSecurity.Table]) {
        self.written = WrittenSet(reading)
        self.set = set
        self.tables = tables
    }

    var refusals: [Diagnostic] {
        let policies = self.set.resolved.policies.flatMap(self.refusals)
        return (policies + self.admissions + self.pages).sorted {
            ($0.span.source, $0.span.start) < ($1.span.source, $1.span.start)
        }
    }

    private func refusals(of policy: Policy) -> [Diagnostic] {
        let routes = policy.routes.isEmpty ? [RouteMatcher()] : policy.routes
        let covering = routes.filter(self.isOnTable)
        guard !covering.isEmpty else { return [] }
        var refusals: [Diagnostic] = []
        if policy.subject.classes.contains(.services) {
            refusals.append(
                .beyondTarget(
                    at: self.written.place(of: policy, \.isSubject),
                    "row security cannot restrict services",
                    help: "Supabase's service_role bypasses it; name users, guests or visitors"
                )
            )
        }
        let routeClauses = self.written.place(of: policy, \.isRoute)
        refusals += covering.compactMap { self.refusal(of: $0, at: routeClauses) }
        if policy.name.utf8.count > SQLText.longestName - Self.longestAddition {
            refusals.append(
                .beyondTarget(
                    at: self.written.name(of: policy),
                    "name of \(policy.name.utf8.count) bytes, too long for a database",
                    help: "PostgreSQL cuts names after 63 bytes, ours and its own together"
                )
            )
        }
        return refusals
    }

    // `gatekeeper: ` before the name and `, update` behind it.
    private static let longestAddition = 20

    private var admissions: [Diagnostic] {
        self.set.resolved.admits.compactMap { admit in
            guard let route = admit.route, self.isOnTable(route) else { return nil }
            return self.refusal(of: route, at: admit.span)
        }
    }

    private var pages: [Diagnostic] {
        self.set.resolved.pages.remedies.compactMap { page, _ in
            let routes =
                page.companions.map { RouteMatcher(paths: [$0]) }
                + [page.coverage].compactMap(\.self)
            guard
                let table = self.tables.first(where: { table in
                    routes.contains { $0.covers(table) }
                })
            else { return nil }
            return .beyondTarget(
                at: page.span,
                "the table `\(table.name)` stands on a page",
                help: "remedies are allowed on their own page; a database has no such exception"
            )
        }
    }

    private func isOnTable(_ route: RouteMatcher) -> Bool {
        self.tables.contains { route.covers($0) }
    }

    private func refusal(of route: RouteMatcher, at span: SourceSpan) -> Diagnostic? {
        guard route.hosts.isEmpty else {
            return .beyondTarget(
                at: span,
                "row security cannot see hosts",
                help: "a database is not told which host a request went to; leave `at` away"
            )
        }
        let strange = route.verbs.beyondCommands
        guard strange.isEmpty else {
            return .beyondTarget(
                at: span,
                "no command of SQL is like `\(strange)`",
                help: "select is like GET, insert like POST, update like PATCH, delete like DELETE"
            )
        }
        return nil
    }
}

extension VerbSet {
    /// The methods that no command stands for, be it by itself or beside others.
    fileprivate var beyondCommands: VerbSet {
        var rest = self.subtracting([.get, .post, .patch, .delete, .upgrade])
        if self.contains(.get) { rest.remove(.head) }
        if self.isSuperset(of: [.post, .patch]) { rest.remove(.put) }
        if self.isSuperset(of: [.post, .patch, .delete]) { rest.remove(.other) }
        if !self.isDisjoint(with: [.get, .post, .patch, .delete]) { rest.remove(.options) }
        return rest
    }
}
