/// Looks for the fewest steps of the caller's after which a request is allowed.
struct NearestAllowed {
    private let evaluator: ReferenceEvaluator
    private let request: AccessRequest

    init(_ evaluator: ReferenceEvaluator, _ request: AccessRequest) {
        self.evaluator = evaluator
        self.request = request
    }

    /// The shortest way, the easiest step first among equals; nil where three steps do not do.
    func steps(from session: Session) -> [Step]? {
        var frontier: [(session: Session, steps: [Step])] = [(session, [])]
        for _ in 0...3 {
            if let reached = frontier.first(where: { self.isAllowed($0.session) }) {
                return reached.steps
            }
            frontier = frontier.flatMap { state in
                state.session.nextSteps.map { step in
                    (state.session.after(step), state.steps + [step])
                }
            }
        }
        return nil
    }

    private func isAllowed(_ session: Session) -> Bool {
        self.evaluator.decide(self.request, session).outcome == .allow
    }
}

extension Session {
    /// What this caller could do next: step up, sign in again, enroll.
    fileprivate var nextSteps: [Step] {
        switch self.principal.subjectClass {
        case .service: return []
        case .visitor, .guest: return [.signIn(.password), .signIn(.passkey)]
        case .user: break
        }
        guard self.principal.canBeUpgraded else { return [] }
        let secondFactors = MethodSet.secondFactor.methods
        let stepUps = secondFactors.filter(self.mayHave).map(Step.stepUp)
        let known = self.principal.proofs.methods.intersection(.firstFactor).methods
        let signIns = known.isEmpty ? [Step.signIn(nil)] : known.map { Step.signIn($0) }
        return stepUps + signIns + (self.mayEnroll ? secondFactors.map(Step.enroll) : [])
    }

    private func mayHave(_ method: AuthenticationMethod) -> Bool {
        switch (self.facts.factors, method.factorType) {
        case (.unknown, _): true
        case (.known(let counts), let type?): counts[type] > 0
        case (.known, nil): false
        }
    }

    // Providers demand aal2 before they enroll a factor beside another.
    private var mayEnroll: Bool {
        switch self.facts.factors {
        case .unknown: self.principal.assurance == .aal2
        case .known(let counts): counts.isEmpty || self.principal.assurance == .aal2
        }
    }

    func after(_ step: Step) -> Session {
        var next = self
        switch step {
        case .signIn(let method): next.principal.signIn(with: method, at: self.now)
        case .stepUp(let method): next.principal.prove(method, at: self.now)
        case .enroll(let method):
            next.principal.prove(method, at: self.now)
            guard let type = method.factorType, case .known(var facts) = self.directory,
                case .known(var counts) = facts.factors
            else { return next }
            counts[type] = max(1, counts[type])
            facts.factors = .known(counts)
            next.directory = .known(facts)
        }
        return next
    }
}

extension Principal {
    fileprivate mutating func prove(_ method: AuthenticationMethod, at now: Instant) {
        self.assurance = .aal2
        self.proofs.insert(method, at: now)
        self.hasMethodEntries = true
        self.hasTimedEntries = true
        if self.knowsLevelTimes { self.secondFactorAt = now }
    }

    /// Begins a new session: what the old one had proven is gone.
    fileprivate mutating func signIn(with method: AuthenticationMethod?, at now: Instant) {
        if self.subjectClass != .user { self = Principal(.user) }
        self.assurance = .aal1
        self.proofs = Proofs()
        self.secondFactorAt = nil
        self.signInAt = now
        guard let method else { return }
        self.proofs.insert(method, at: now)
        self.hasMethodEntries = true
        self.hasTimedEntries = true
    }
}
