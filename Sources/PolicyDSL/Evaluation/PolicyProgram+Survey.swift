/// What one look at the policies of a route finds out.
struct Survey {
    /// The facts that enforced policies consulted and that settled nothing against the session.
    var needs: FactNeeds = []
    /// The policies that have something to say against the session, with their scope.
    var unsettled: [(number: Int, scope: Truth)] = []
}

extension PolicyProgram {
    /// Asks every policy that stands on the route.
    func survey(_ route: Route, _ prepared: PreparedPrincipal, _ session: Session) -> Survey {
        var survey = Survey()
        let answers = PolicyQuestion(session, prepared)
        self.routes.forEachPolicy(route.terminals, route.verbs) { number in
            self.ask(number, .yes, answers, into: &survey)
        }
        self.routes.forEachPolicy(route.possible, route.verbs) { number in
            self.ask(number, .unknown, answers, into: &survey)
        }
        return survey
    }

    private func ask(
        _ number: Int,
        _ scope: Truth,
        _ question: borrowing PolicyQuestion,
        into survey: inout Survey
    ) {
        let policy = self.compiled[number]
        var needs: FactNeeds = []
        let isSettled = self.isSettled(policy, question, needs: &needs)
        if isSettled, needs.isEmpty || question.refusal == nil {
            if policy.isEnforced(at: question.now) { survey.needs.formUnion(needs) }
        } else {
            survey.unsettled.append((number, scope))
        }
    }

    /// Whether the policy has nothing against the session, because it does not name the principal
    /// or because every demand is met.
    private func isSettled(
        _ policy: CompiledPolicy,
        _ question: borrowing PolicyQuestion,
        needs: inout FactNeeds
    ) -> Bool {
        guard question.now <= policy.until else { return true }
        guard self.names(policy, question, needs: &needs) > .no else { return true }
        guard !policy.isDenial else { return false }
        if self.meets(policy, question, hasFactor: false) { return true }
        guard question.hasFactor, self.meets(policy, question, hasFactor: true) else {
            return false
        }
        needs.insert(.factors)
        return true
    }

    private func meets(
        _ policy: CompiledPolicy,
        _ question: borrowing PolicyQuestion,
        hasFactor: Bool
    ) -> Bool {
        question.prepared.meets(
            self.operations[policy.demands],
            at: question.now,
            hasFactor: hasFactor
        )
    }

    /// The facts that a policy without filters on facts consults where only a `confirmed` is open;
    /// nil where more is.
    func factsConfirming(
        _ number: Int,
        _ prepared: PreparedPrincipal,
        _ session: Session
    ) -> FactNeeds? {
        let policy = self.compiled[number]
        guard policy.mentioned.isEmpty, !policy.isDenial,
            session.principal.subjectClass.hasDirectoryFacts,
            self.meets(policy, PolicyQuestion(session, prepared), hasFactor: true)
        else { return nil }
        return policy.confirming
    }

    /// Whether the policy names the principal, and the facts without which nobody could say.
    private func names(
        _ policy: CompiledPolicy,
        _ question: borrowing PolicyQuestion,
        needs: inout FactNeeds
    ) -> Truth {
        guard self.tokenMatches(policy.subject, question.prepared) else { return .no }
        let mayBeExempt = self.tokenMatches(policy.exception, question.prepared)
        guard !policy.mentioned.isEmpty else { return mayBeExempt ? .no : .yes }
        let facts = question.facts
        for fact in [FactNeeds.created, .factors] where policy.mentioned.contains(fact) {
            let others = facts.without(fact)
            if self.names(policy, mayBeExempt, others, question) == .unknown { needs.insert(fact) }
        }
        return self.names(policy, mayBeExempt, facts, question)
    }

    private func names(
        _ policy: CompiledPolicy,
        _ mayBeExempt: Bool,
        _ facts: UserFacts,
        _ question: borrowing PolicyQuestion
    ) -> Truth {
        let isNamed = self.factsMatch(policy.subject, facts, question, ifMissing: .yes)
        guard mayBeExempt else { return isNamed }
        return isNamed && !self.factsMatch(policy.exception, facts, question, ifMissing: .no)
    }

    private func tokenMatches(
        _ subject: CompiledPolicy.Subject,
        _ prepared: PreparedPrincipal
    ) -> Bool {
        guard subject.classes.contains(prepared.principal.subjectClass) else { return false }
        for index in subject.tokenFilters
        where !prepared.answers[self.tokenFilterRuns[index]] {
            return false
        }
        return true
    }

    private func factsMatch(
        _ subject: CompiledPolicy.Subject,
        _ facts: UserFacts,
        _ question: borrowing PolicyQuestion,
        ifMissing: Truth
    ) -> Truth {
        guard question.hasDirectoryFacts || subject.factFilters.isEmpty else { return .no }
        var truth = Truth.yes
        for index in subject.factFilters {
            truth = truth && self.factFilters[index].holds(facts, ifMissing: ifMissing)
        }
        return truth
    }
}

/// One request's side of every question.
struct PolicyQuestion {
    let prepared: PreparedPrincipal
    let facts: UserFacts
    let hasFactor: Bool
    let hasDirectoryFacts: Bool
    let refusal: RefusedUser?
    let now: Instant

    init(_ session: Session, _ prepared: PreparedPrincipal) {
        self.prepared = prepared
        self.facts = session.facts
        self.hasDirectoryFacts = session.principal.subjectClass.hasDirectoryFacts
        self.refusal = session.refusal
        self.now = session.now
        switch self.facts.factors {
        case .known(let counts): self.hasFactor = !counts.isEmpty
        case .unknown: self.hasFactor = false
        }
    }
}

extension FactFilter {
    fileprivate func holds(_ facts: UserFacts, ifMissing: Truth) -> Truth {
        switch self {
        case .createdBefore(let limit): facts.created.holds(ifMissing) { $0 < limit }
        case .createdOnOrAfter(let limit): facts.created.holds(ifMissing) { $0 >= limit }
        case .noVerified(let type): facts.factors.holds { $0.count(of: type) == 0 }
        case .verified(let least, let type): facts.factors.holds { $0.count(of: type) >= least }
        }
    }
}
