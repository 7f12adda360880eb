extension PolicyProgram {
    /// Asks every policy that stands on the route.
    ///
    /// - Parameters:
    ///   - route: where the request stands.
    ///   - question: what the policies are asked.
    ///   - objects: takes the number and the scope of each policy that has something to say
    ///     against the session.
    /// - Returns: The facts that enforced policies consulted and that settled nothing against the
    ///   session.
    func survey(
        _ route: Route,
        _ question: borrowing PolicyQuestion,
        objects: (_ number: Int, _ scope: Truth) -> Void
    ) -> FactNeeds {
        var needs: FactNeeds = []
        self.ask(route.terminals, route.verbs, .yes, question, &needs, objects)
        if route.possible.count > 0 {
            self.ask(route.possible, route.verbs, .unknown, question, &needs, objects)
        }
        return needs
    }

    private func ask(
        _ terminals: TerminalList,
        _ verbs: VerbSet,
        _ scope: Truth,
        _ question: borrowing PolicyQuestion,
        _ needs: inout FactNeeds,
        _ objects: (_ number: Int, _ scope: Truth) -> Void
    ) {
        for index in 0..<terminals.count {
            for position in self.routes.policies(at: terminals[index]) {
                let scoped = self.routes.scopedPolicies[position]
                guard scoped.verbs.matches(verbs),
                    scoped.classes.contains(question.token.classes),
                    !question.token.meets(scoped.shortcut, at: question.now, hasFactor: false)
                else { continue }
                if self.objects(Int(scoped.policy), question, &needs) {
                    objects(Int(scoped.policy), scope)
                }
            }
        }
    }

    /// Whether a policy has something to say against the session; the facts that keep it from
    /// that are added to `needs`.
    private func objects(
        _ number: Int,
        _ question: borrowing PolicyQuestion,
        _ needs: inout FactNeeds
    ) -> Bool {
        var consulted: FactNeeds = []
        let policy = self.compiled[number]
        let isSettled = self.isSettled(policy, question, needs: &consulted)
        guard isSettled, consulted.isEmpty || !question.isRefused else { return true }
        if policy.isEnforced(at: question.now) { needs.formUnion(consulted) }
        return false
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
        if self.meets(policy.demands, question, hasFactor: false) { return true }
        guard question.hasFactor, self.meets(policy.demands, question, hasFactor: true) else {
            return false
        }
        needs.insert(.factors)
        return true
    }

    /// Whether the demands that `operations` spell out are met, all taken together.
    private func meets(
        _ operations: Range<Int32>,
        _ question: borrowing PolicyQuestion,
        hasFactor: Bool
    ) -> Bool {
        // INVARIANT: the checker's limit on brackets keeps the values at one time far below 64.
        var stack: UInt64 = 0
        for index in operations {
            let operation = self.operations[Int(index)]
            switch operation {
            case .and:
                stack = (stack >> 1) & (stack | ~1)
            case .or:
                stack = (stack >> 1) | (stack & 1)
            case .secondLevel, .confirmedSecondLevel, .signIn, .oneMethod, .allMethods,
                .secondFactorSet, .always, .never:
                let isMet = question.token.meets(operation, at: question.now, hasFactor: hasFactor)
                stack = stack << 1 | (isMet ? 1 : 0)
            }
        }
        return stack & 1 == 1
    }

    /// The facts that a policy without filters on facts consults where only a `confirmed` is open;
    /// nil where more is.
    func factsConfirming(_ number: Int, _ question: borrowing PolicyQuestion) -> FactNeeds? {
        let policy = self.compiled[number]
        guard policy.mentioned.isEmpty, !policy.isDenial, question.token.hasDirectoryFacts,
            self.meets(policy.demands, question, hasFactor: true)
        else { return nil }
        return policy.confirming
    }
}

extension PolicyProgram {
    /// Whether the policy names the principal, and the facts without which nobody could say.
    private func names(
        _ policy: CompiledPolicy,
        _ question: borrowing PolicyQuestion,
        needs: inout FactNeeds
    ) -> Truth {
        guard self.tokenMatches(policy.subject, question.token) else { return .no }
        let mayBeExempt = self.tokenMatches(policy.exception, question.token)
        guard !policy.mentioned.isEmpty else { return mayBeExempt ? .no : .yes }
        let facts = question.facts
        if policy.mentioned.contains(.created) {
            let others = UserFacts(created: .unknown, factors: facts.factors)
            let named = self.names(policy, mayBeExempt, others, question)
            if named == .unknown { needs.insert(.created) }
        }
        if policy.mentioned.contains(.factors) {
            let others = UserFacts(created: facts.created, factors: .unknown)
            let named = self.names(policy, mayBeExempt, others, question)
            if named == .unknown { needs.insert(.factors) }
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

    private func tokenMatches(_ subject: CompiledPolicy.Subject, _ token: TokenAnswers) -> Bool {
        guard subject.classes.contains(token.classes) else { return false }
        for index in subject.tokenFilters
        where !token.filters[self.tokenFilterRuns[Int(index)]] {
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
        guard question.token.hasDirectoryFacts || subject.factFilters.isEmpty else { return .no }
        var truth = Truth.yes
        for index in subject.factFilters {
            truth = truth && self.factFilters[Int(index)].holds(facts, ifMissing: ifMissing)
        }
        return truth
    }
}

/// One request's side of every question.
struct PolicyQuestion {
    let token: TokenAnswers
    let facts: UserFacts
    let hasFactor: Bool
    let isRefused: Bool
    let now: Instant

    init(_ token: TokenAnswers, _ directory: DirectoryAnswer, _ now: Instant) {
        self.token = token
        self.now = now
        self.isRefused = directory.refusal != nil
        self.facts = token.hasDirectoryFacts ? directory.facts : .none
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
