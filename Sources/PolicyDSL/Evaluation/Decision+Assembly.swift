/// A policy that stands on a route, or may, with the texts of its demands where they are at hand.
package struct ScopedPolicy {
    var policy: Policy
    var scope: Truth
    var demandTexts: [String]?
}

extension Decision {
    /// Puts together what the policies in scope of a route and its admission say of a session.
    init(
        _ policies: some Sequence<ScopedPolicy>,
        _ standing: RouteStanding,
        _ session: Session,
        alsoConsulted needs: FactNeeds = []
    ) {
        var enforced = PolicyAssessment(needs: needs)
        var projected: [Entry] = []
        var isProjectionApart = false
        for scoped in policies {
            let policy = scoped.policy
            let phase = policy.phase(at: session.now)
            if phase == .over { continue }
            let strict = scoped.assess(session, graceHasEnded: true)
            projected += strict.entries
            isProjectionApart = isProjectionApart || phase == .projected || policy.grace != nil
            guard phase == .enforced else { continue }
            let gentle =
                policy.grace == nil ? strict : scoped.assess(session, graceHasEnded: false)
            enforced.entries += gentle.entries
            enforced.advice += gentle.advice
            enforced.needs.formUnion(gentle.needs)
        }
        let admission = standing.admissionEntry(for: session.principal.subjectClass)
        let entries = Self.settled(enforced.entries, admission, on: standing)
        let projection =
            isProjectionApart ? Self.settled(projected, admission, on: standing) : entries
        self.init(
            outcome: entries.first?.remedy ?? .allow,
            enforced: entries,
            projected: Projection(
                outcome: projection.first?.remedy ?? .allow,
                entries: projection
            ),
            advice: enforced.advice.sorted { $0.sortKey < $1.sortKey }.withoutRepeats,
            needs: enforced.needs,
            unknown: session.facts.unanswered(enforced.needs)
        )
    }

    /// The entries that stand on the route, each once, the hardest first.
    private static func settled(
        _ entries: [Entry],
        _ admission: Entry?,
        on standing: RouteStanding
    ) -> [Entry] {
        var standingEntries = entries.filter(standing.stands)
        if let admission { standingEntries.append(admission) }
        guard standingEntries.count > 1 else { return standingEntries }
        return standingEntries.sorted().withoutRepeats
    }
}

extension ScopedPolicy {
    fileprivate func assess(_ session: Session, graceHasEnded: Bool) -> PolicyAssessment {
        self.policy.assess(
            session,
            scope: self.scope,
            graceHasEnded: graceHasEnded,
            texts: self.demandTexts
        )
    }
}

extension Entry: Comparable {
    /// Whether `left` is listed first: the harder remedy, then by name, so that the order of
    /// policies and demands in a file means nothing.
    public static func < (left: Entry, right: Entry) -> Bool {
        guard left.remedy == right.remedy else { return left.remedy > right.remedy }
        return (left.policy ?? "", left.demand ?? "", left.reason.rawValue)
            < (right.policy ?? "", right.demand ?? "", right.reason.rawValue)
    }
}

extension Advice {
    fileprivate var sortKey: (Instant, String) {
        switch self {
        case .enrollBy(let deadline, let policy): (deadline, policy)
        }
    }
}

extension Array where Element: Equatable {
    fileprivate var withoutRepeats: [Element] {
        self.reduce(into: []) { kept, element in
            if kept.last != element { kept.append(element) }
        }
    }
}
