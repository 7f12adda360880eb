extension PolicySet {
    /// Explains the decision about one request.
    public func explain(
        _ request: AccessRequest,
        _ principal: Principal,
        directory: DirectoryAnswer,
        now: Instant
    ) -> Explanation {
        let session = Session(principal: principal, directory: directory, now: now)
        let reference = ReferenceEvaluator(self.resolved)
        let decision = reference.decide(request, session)
        let route = ReferenceRoute(request)
        let standing = reference.standing(of: route)
        return Explanation(
            decision: decision,
            admission: .init(standing.admission(of: principal.subjectClass)),
            pageRemedy: standing.pageRemedy,
            policies: self.program.policies.map { policy in
                policy.explained(on: route, session, decision)
            },
            facts: session.factsUsed(decision),
            steps: NearestAllowed(reference, request).steps(from: session)
        )
    }
}

extension Policy {
    fileprivate func explained(
        on route: ReferenceRoute,
        _ session: Session,
        _ decision: Decision
    ) -> Explanation.PolicyPart {
        let scope = route.scope(of: self.routes)
        let named = self.names(session.principal, session.facts)
        let phase = self.phase(at: session.now)
        let truth = scope && named && Truth(phase != .over)
        let deciding = phase == .enforced ? decision.enforced : decision.projected.entries
        return Explanation.PolicyPart(
            name: self.name,
            parts: self.scopeParts(route) + self.subjectParts(session) + self.timeParts(session)
                + self.demandParts(session, applies: truth, named: named),
            applies: .init(truth),
            isEnforced: phase == .enforced,
            decides: phase == .enforced
                && deciding.contains { $0.policy == self.name && $0.remedy == decision.outcome },
            because: self.because
        )
    }

    private func scopeParts(_ route: ReferenceRoute) -> [Explanation.Part] {
        self.routes.map { .init(text: "on \($0)", match: .init(route.matches($0))) }
    }

    private func subjectParts(_ session: Session) -> [Explanation.Part] {
        self.subject.parts("for", session, ifMissing: .yes)
            + (self.exception?.parts("except", session, ifMissing: .no) ?? [])
    }

    private func timeParts(_ session: Session) -> [Explanation.Part] {
        var parts: [Explanation.Part] = []
        if let from { parts.append(.init(text: "from \(from)", isHit: session.now >= from)) }
        if let until { parts.append(.init(text: "until \(until)", isHit: session.now <= until)) }
        if case .monitor(let since) = self.mode {
            parts.append(.init(text: "mode monitor since \(since)", isHit: true))
        }
        return parts
    }

    private func demandParts(
        _ session: Session,
        applies: Truth,
        named: Truth
    ) -> [Explanation.Part] {
        guard case .require(let demands, _) = self.rule else {
            return [.init(text: "deny", match: .init(applies))]
        }
        let reason: Reason = named == .unknown ? .directoryUnavailable : .hostUnknown
        let alone = DemandEvaluation(session: session, applies: .yes, unknownReason: reason)
        let here = DemandEvaluation(session: session, applies: applies, unknownReason: reason)
        return demands.map { demand in
            let remedy = applies == .no ? nil : here.result(of: demand).remedy
            return Explanation.Part(
                text: "require \(demand)",
                match: alone.result(of: demand).match,
                remedy: remedy?.outcome,
                reason: remedy?.reason
            )
        }
    }
}

extension Subject {
    fileprivate func parts(
        _ word: String,
        _ session: Session,
        ifMissing: Truth
    ) -> [Explanation.Part] {
        let principal = session.principal
        let classes = Explanation.Part(
            text: "\(word) \(self.classes)",
            isHit: self.classes.contains(principal.subjectClass)
        )
        return [classes]
            + self.filters.map { filter in
                let truth = filter.holds(of: principal, session.facts, ifMissing: ifMissing)
                return Explanation.Part(text: filter.description, match: .init(truth))
            }
    }
}

extension DemandResult {
    /// Only a `confirmed` can be open.
    fileprivate var match: Explanation.Match {
        switch self.remedy?.outcome {
        case nil: .hit
        case .unavailable: .may
        case .allow, .enroll, .stepUp, .reauthenticate, .unauthenticated, .deny: .miss
        }
    }
}

extension Explanation.Part {
    fileprivate init(text: String, isHit: Bool) {
        self.init(text: text, match: isHit ? .hit : .miss)
    }
}

extension Session {
    fileprivate func factsUsed(_ decision: Decision) -> [Explanation.FactUsed] {
        var facts: [Explanation.FactUsed] = [
            .init(name: "class", value: self.principal.subjectClass.word),
            .init(name: "aal", value: "aal\(self.principal.assurance.rawValue)"),
        ]
        for method in self.principal.proofs.methods.methods {
            let time = self.principal.proofs.time(of: method)
            facts.append(.init(name: method.word, value: time?.description ?? "time unknown"))
        }
        if decision.needs.contains(.created) {
            facts.append(.init(name: "created", value: self.facts.created.words))
        }
        if decision.needs.contains(.factors) {
            facts.append(.init(name: "factors", value: self.facts.factors.words))
        }
        if let refusal = self.directory.refusal, !decision.needs.isEmpty {
            facts.append(.init(name: "directory", value: refusal.rawValue))
        }
        return facts
    }
}

extension Fact<Instant?> {
    /// The fact as an explanation words it.
    package var words: String {
        switch self {
        case .unknown: "unknown"
        case .known(nil): "missing"
        case .known(let instant?): instant.description
        }
    }
}

extension Fact<FactorCounts> {
    /// The fact as an explanation words it.
    package var words: String {
        switch self {
        case .unknown: "unknown"
        case .known(let counts): counts.description
        }
    }
}
