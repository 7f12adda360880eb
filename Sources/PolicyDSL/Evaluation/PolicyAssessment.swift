/// What one policy asks of one session.
package struct PolicyAssessment {
    package var entries: [Entry] = []
    package var advice: [Advice] = []
    /// The directory facts that were consulted.
    package var needs: FactNeeds = []
}

extension Policy {
    /// How a policy stands to the time, apart from what it demands.
    package enum Phase: Hashable, Sendable {
        /// It counts.
        case enforced
        /// A monitor, or before its `from`: it counts in the projection.
        case projected
        /// After its `until`.
        case over
    }

    package func phase(at now: Instant) -> Phase {
        if let until, now > until { return .over }
        if let from, now < from { return .projected }
        switch self.mode {
        case .enforce: return .enforced
        case .monitor: return .projected
        }
    }

    /// Holds the policy against a session on a route that is in scope, or may be.
    ///
    /// The texts are those of the demands; where there are none they are made.
    package func assess(
        _ session: Session,
        scope: Truth,
        graceHasEnded: Bool,
        texts: [String]? = nil
    ) -> PolicyAssessment {
        let named = self.names(session.principal, session.facts)
        let naming = self.factsConsulted(naming: session.principal, session.facts)
        var assessment = PolicyAssessment(needs: naming)
        guard (scope && named) > .no else { return assessment }
        let evaluation = DemandEvaluation(
            session: session,
            applies: scope && named,
            unknownReason: named == .unknown ? .directoryUnavailable : .hostUnknown
        )
        switch self.rule {
        case .deny:
            let result = DemandResult(remedy: evaluation.remedyOfDenial)
            assessment.add(result, "deny", of: self, in: session, scope: scope, naming: naming)
        case .require(let demands, _):
            for (demand, text) in zip(demands, texts ?? demands.map(\.description)) {
                var result = evaluation.result(of: demand)
                self.soften(&result, session, graceHasEnded, advice: &assessment.advice)
                assessment.add(result, text, of: self, in: session, scope: scope, naming: naming)
            }
        }
        return assessment
    }

    /// Applies `grace` and `otherwise deny`.
    private func soften(
        _ result: inout DemandResult,
        _ session: Session,
        _ graceHasEnded: Bool,
        advice: inout [Advice]
    ) {
        guard let remedy = result.remedy else { return }
        if remedy.outcome == .enroll, let grace {
            if grace.anchor == .creation { result.consulted.insert(.created) }
            if !graceHasEnded, let deadline = self.deadline(of: grace, session.facts),
                session.now < deadline
            {
                result.remedy = nil
                advice.append(.enrollBy(deadline, policy: self.name))
            }
        }
        if case .require(_, otherwiseDeny: true) = self.rule,
            (Outcome.enroll...Outcome.reauthenticate).contains(remedy.outcome)
        {
            result.remedy = Remedy(outcome: .deny, reason: remedy.reason)
        }
    }

    func deadline(of grace: Grace, _ facts: UserFacts) -> Instant? {
        switch (grace.anchor, facts.created) {
        case (.start, _): self.from?.advanced(by: grace.period)
        case (.creation, .known(let created?)): created.advanced(by: grace.period)
        case (.creation, .known(nil)), (.creation, .unknown): nil
        }
    }
}

extension PolicyAssessment {
    fileprivate mutating func add(
        _ result: DemandResult,
        _ demand: String,
        of policy: Policy,
        in session: Session,
        scope: Truth,
        naming: FactNeeds
    ) {
        let consulted = naming.union(result.consulted)
        self.needs.formUnion(consulted)
        var remedy = result.remedy
        var isAssumed = scope == .unknown
        if let refusal = session.directory.refusal, !consulted.isEmpty {
            remedy = Remedy(outcome: .unauthenticated, reason: Reason(refusal))
        } else {
            isAssumed = isAssumed || !session.facts.unanswered(consulted).isEmpty
        }
        guard let remedy else { return }
        self.entries.append(
            Entry(
                policy: policy.name,
                demand: demand,
                remedy: remedy.outcome,
                reason: remedy.reason,
                using: remedy.using,
                certainty: isAssumed ? .assumed : .definite
            )
        )
    }
}
