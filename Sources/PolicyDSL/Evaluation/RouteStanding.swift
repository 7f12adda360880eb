/// How a route stands to everything in a set but its policies' subjects and demands.
package struct RouteStanding {
    /// For each class, whether some `admit` lets it in here.
    package var admitted: [SubjectClass: Truth]
    /// The highest remedy whose page covers the route; nil where no page does.
    package var pageRemedy: Outcome?
}

extension RouteStanding {
    /// The entry that refuses admission, if it is refused.
    package func admissionEntry(for subjectClass: SubjectClass) -> Entry? {
        guard self.pageRemedy == nil else { return nil }
        let own = self.admitted[subjectClass] ?? .no
        let isAssumed = self.admitted.values.contains(.unknown)
        switch (own, subjectClass) {
        case (.yes, _): return nil
        case (.unknown, _): return .admission(.unavailable, .hostUnknown, .assumed)
        case (.no, .visitor), (.no, .guest):
            let certainty: Certainty = isAssumed ? .assumed : .definite
            return (self.admitted[.user] ?? .no) > .no
                ? .admission(.unauthenticated, .noCredential, certainty)
                : .admission(.deny, .notAdmitted, .definite)
        case (.no, .user), (.no, .service): return .admission(.deny, .notAdmitted, .definite)
        }
    }

    /// Whether the page rule lets an entry stand on this route.
    package func stands(_ entry: Entry) -> Bool {
        guard let pageRemedy else { return true }
        return switch entry.remedy {
        case .unavailable: true
        case .deny: entry.reason == .denied
        case .allow, .enroll, .stepUp, .reauthenticate, .unauthenticated: entry.remedy > pageRemedy
        }
    }
}

extension Entry {
    fileprivate static func admission(
        _ remedy: Outcome,
        _ reason: Reason,
        _ certainty: Certainty
    ) -> Entry {
        Entry(
            policy: nil,
            demand: nil,
            remedy: remedy,
            reason: reason,
            using: Means(),
            certainty: certainty
        )
    }
}

extension Decision {
    /// Puts together what the policies in scope of a route and its admission say of a session.
    package init(
        _ policies: some Sequence<(policy: Policy, scope: Truth)>,
        _ standing: RouteStanding,
        _ session: Session,
        alsoConsulted needs: FactNeeds = []
    ) {
        var enforced = PolicyAssessment(needs: needs)
        var projected: [Entry] = []
        for (policy, scope) in policies {
            let phase = policy.phase(at: session.now)
            if phase == .over { continue }
            let strict = policy.assess(session, scope: scope, graceHasEnded: true)
            projected += strict.entries
            guard phase == .enforced else { continue }
            let gentle =
                policy.grace == nil
                ? strict : policy.assess(session, scope: scope, graceHasEnded: false)
            enforced.entries += gentle.entries
            enforced.advice += gentle.advice
            enforced.needs.formUnion(gentle.needs)
        }
        let admission = standing.admissionEntry(for: session.principal.subjectClass)
        let entries = (enforced.entries + [admission].compactMap(\.self)).settled(on: standing)
        let projection = (projected + [admission].compactMap(\.self)).settled(on: standing)
        self.init(
            outcome: entries.first?.remedy ?? .allow,
            enforced: entries,
            projected: Projection(
                outcome: projection.first?.remedy ?? .allow,
                entries: projection
            ),
            advice: Set(enforced.advice).sorted { $0.sortKey < $1.sortKey },
            needs: enforced.needs,
            unknown: session.unanswered(enforced.needs)
        )
    }
}

extension [Entry] {
    /// The entries that stand, each once, the hardest first.
    fileprivate func settled(on standing: RouteStanding) -> [Entry] {
        Set(self.filter(standing.stands)).sorted { left, right in
            left.remedy == right.remedy
                ? left.sortKey < right.sortKey : left.remedy > right.remedy
        }
    }
}

extension Entry {
    fileprivate var sortKey: (String, String, String) {
        (self.policy ?? "", self.demand ?? "", self.reason.rawValue)
    }
}

extension Advice {
    fileprivate var sortKey: (Instant, String) {
        switch self {
        case .enrollBy(let deadline, let policy): (deadline, policy)
        }
    }
}
