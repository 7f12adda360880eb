/// Setting up a second factor, which counts once it was verified.
package struct EnrollFlow: PageFlow {
    let context: PageContext
    let address: PageAddress
    let action: PageAction
    private(set) var challenges: ChallengeList
    private var proof: CodeProof?
    private(set) var notice: Notice?
    private(set) var status = 200
    private var hasFailed = false
    private var user: AuthUser?
    private var hasCleared = false
    /// The call that a leftover factor stood in the way of.
    private var blocked: AuthCall?
    private(set) var enrolled: FactorID?
    /// The kind that the authority turned out not to offer.
    private(set) var switchedOff: FactorKind?

    package init(_ context: PageContext, address: PageAddress, action: PageAction) {
        self.context = context
        self.address = address
        self.action = action
        self.challenges = address.challenges
        self.proof = CodeProof(action)
        switch action {
        case .verify(_, _, let challenges), .send(_, _, let challenges):
            self.challenges = challenges
        case .show, .enrollTOTP, .enrollPhone, .remove, .signOut: break
        }
    }

    package mutating func begin() -> PageStep {
        if let refusal = self.context.refusal {
            self.status = self.context.wait == nil ? 403 : 429
            return self.ask(showing: refusal)
        }
        if let call = self.proof?.begin() { return .ask(call) }
        switch self.action {
        case .show, .enrollTOTP, .remove, .signOut:
            return self.askUser()
        case .enrollPhone(_, let number, _):
            guard number != nil else { return self.refuse(.bad(.phoneMalformed)) }
            return self.askUser()
        case .verify:
            return self.refuse(.bad(.codeMalformed))
        case .send(let factor, let channel, _):
            return .ask(.challenge(factor, channel))
        }
    }

    private mutating func askUser() -> PageStep {
        .ask(.user)
    }

    private mutating func ask(showing notice: Notice) -> PageStep {
        self.notice = notice
        return self.askUser()
    }

    private mutating func refuse(_ notice: Notice) -> PageStep {
        self.status = 422
        return self.ask(showing: notice)
    }

    package mutating func received(_ event: PageEvent) -> PageStep {
        switch event {
        case .user(let user, let standing): return self.received(user, standing)
        case .adopted: return .leave(self.context.enrolledDestination)
        case .reply(.enrolled(let enrolment)): return self.received(enrolment)
        case .reply(.challenged(let challenge)): return self.challenged(challenge)
        case .reply(.session(let session)): return .adopt(session)
        case .reply(.done):
            guard let blocked = self.blocked else { return self.failed(.brokenAnswer) }
            return .ask(blocked)
        case .reply(.problem(let problem)): return self.failed(problem)
        case .reply(.user): return self.failed(.brokenAnswer)
        }
    }

    private mutating func received(_ user: AuthUser, _ standing: Standing) -> PageStep {
        self.user = user
        guard !user.isAnonymous else {
            return .show(.message(.guest), status: 403)
        }
        // The authority wants aal2 before it adds a factor to others.
        guard user.verified.isEmpty || self.context.isAAL2 else {
            return .leave(.page(self.context.stepUpFirst(.enroll)))
        }
        guard self.notice == nil, let call = self.enrolment(of: user) else {
            return self.show(user, standing)
        }
        return .ask(call)
    }

    private mutating func received(_ enrolment: Enrolment) -> PageStep {
        guard case .enrollPhone(_, _, let channel) = self.action else {
            let address = PageAddress(.enroll, self.context.journey, factor: enrolment.factor)
            let content = SetupContent(
                account: self.user?.account ?? "",
                factor: enrolment.factor,
                enrolment: enrolment,
                notice: nil,
                address: address
            )
            return .show(.setup(content), status: 200)
        }
        self.enrolled = enrolment.factor
        return .ask(.challenge(enrolment.factor, channel))
    }

    private mutating func challenged(_ challenge: ChallengeID) -> PageStep {
        if let proof { return .ask(proof.answering(challenge)) }
        switch self.action {
        case .send(let factor, _, let challenges):
            return self.leave(to: factor, challenges.adding(challenge))
        case .enrollPhone:
            guard let enrolled = self.enrolled else { return self.failed(.brokenAnswer) }
            return self.leave(to: enrolled, ChallengeList([challenge]))
        case .verify, .show, .enrollTOTP, .remove, .signOut:
            return self.failed(.brokenAnswer)
        }
    }

    private func leave(to factor: FactorID, _ challenges: ChallengeList) -> PageStep {
        .leave(
            .page(
                PageAddress(
                    .enroll,
                    self.context.journey,
                    factor: factor,
                    challenges: challenges
                )
            )
        )
    }

    private mutating func failed(_ problem: AuthProblem) -> PageStep {
        if let next = self.proof?.next(after: problem) { return .ask(next) }
        if let leftover = self.leftover(of: problem) {
            self.hasCleared = true
            return .ask(.unenroll(leftover))
        }
        if problem.wayOn == .useFactorFirst {
            return .leave(.page(self.context.stepUpFirst(.enroll)))
        }
        guard !problem.endsSession else { return self.end(problem) }
        let problem = self.proof?.verdict(problem) ?? problem
        if problem.wayOn == .newCode { self.challenges = ChallengeList() }
        if problem.wayOn == .deadEnd { self.switchedOff = self.action.kind }
        self.status = problem.pageStatus
        self.notice = Notice(problem)
        guard !self.hasFailed else { return self.end(problem) }
        self.hasFailed = true
        return self.askUser()
    }

    /// A factor that was never finished and stands in the way of this one.
    private mutating func leftover(of problem: AuthProblem) -> FactorID? {
        guard !self.hasCleared, let user = self.user, let call = self.enrolment(of: user) else {
            return nil
        }
        let unfinished = user.factors.filter { !$0.isVerified }
        self.blocked = call
        switch problem.known {
        case .nameConflict: return unfinished.first { $0.name == call.factorName }?.id
        case .tooManyFactors: return unfinished.first?.id
        default: return nil
        }
    }

    private func end(_ problem: AuthProblem) -> PageStep {
        guard !problem.endsSession || problem.isFinal else { return .leave(.sessionOver) }
        let again = PageAddress(.enroll, self.context.journey)
        return .show(.message(.failed(problem, again: again)), status: problem.pageStatus)
    }
}

extension PageContext {
    /// Where a finished enrolment leads.
    var enrolledDestination: Destination {
        switch self.destination {
        case .page(var address):
            address.note = .enrolled
            return .page(address)
        case .target(nil) where self.managesFactors:
            return .page(PageAddress(.factors, self.journey, note: .enrolled))
        case .target, .signIn, .sessionOver, .signedOut: return self.destination
        }
    }

    /// The step-up that has to come before `errand`.
    func stepUpFirst(_ errand: Errand) -> PageAddress {
        var journey = self.journey
        journey.errand = errand
        return PageAddress(.stepUp, journey)
    }
}

extension PageAction {
    /// The kind that it sets up.
    fileprivate var kind: FactorKind? {
        switch self {
        case .enrollTOTP: .totp
        case .enrollPhone: .phone
        case .show, .verify, .send, .remove, .signOut: nil
        }
    }
}

extension AuthCall {
    /// What the factor is called that it makes.
    fileprivate var factorName: String? {
        switch self {
        case .enrollTOTP(let name, _), .enrollPhone(let name, _): name
        case .user, .challenge, .verify, .unenroll, .refresh, .logout: nil
        }
    }
}
