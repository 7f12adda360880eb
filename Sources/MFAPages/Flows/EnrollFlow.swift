/// Setting up a second factor, which counts once it was verified.
package struct EnrollFlow: PageFlow {
    private let context: PageContext
    private let address: PageAddress
    private let action: PageAction
    private var challenges: ChallengeList
    private var untried: [ChallengeID] = []
    private var notice: Notice?
    private var status = 200
    /// What was wrong with the newest code, while earlier ones are tried.
    private var firstProblem: AuthProblem?
    private var hasFailed = false
    private var user: AuthUser?
    private var hasCleared = false
    /// The call that a leftover factor stood in the way of.
    private var blocked: AuthCall?
    private var enrolled: FactorID?

    package init(_ context: PageContext, address: PageAddress, action: PageAction) {
        self.context = context
        self.address = address
        self.action = action
        self.challenges = address.challenges
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
        switch self.action {
        case .show, .enrollTOTP, .remove, .signOut:
            return self.askUser()
        case .enrollPhone(_, let number, _):
            guard number != nil else { return self.refuse(.bad(.phoneMalformed)) }
            return self.askUser()
        case .verify(_, nil, _):
            return self.refuse(.bad(.codeMalformed))
        case .verify(let factor, .some(let code), let challenges):
            guard let first = challenges.challenges.first else {
                return .ask(.challenge(factor, nil))
            }
            self.untried = Array(challenges.challenges.dropFirst())
            return .ask(.verify(factor, first, code: code))
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
            return .show(.message(.stuck(.stuckAnonymous)), status: 403)
        }
        // The authority wants aal2 before it adds a factor to others.
        guard user.verified.isEmpty || self.context.isAAL2 else {
            return .leave(.page(self.context.stepUpFirst(.enroll)))
        }
        guard self.notice == nil else { return self.show(user, standing) }
        switch self.action {
        case .enrollTOTP(let name):
            guard !user.email.isEmpty else { return self.show(user, standing) }
            return .ask(
                .enrollTOTP(
                    name: self.name(name, .totpName, beside: user),
                    issuer: self.context.issuerName
                )
            )
        case .enrollPhone(let name, .some(let number), _):
            return .ask(
                .enrollPhone(name: self.name(name, .phoneName, beside: user), number: number)
            )
        case .show, .enrollPhone, .verify, .send, .remove, .signOut:
            return self.show(user, standing)
        }
    }

    private mutating func received(_ enrolment: Enrolment) -> PageStep {
        guard case .enrollPhone(_, _, let channel) = self.action else {
            let address = PageAddress(.enroll, self.context.journey, factor: enrolment.factor)
            let content = SetupContent(
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
        switch self.action {
        case .verify(let factor, .some(let code), _):
            return .ask(.verify(factor, challenge, code: code))
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
        if problem.isOfCode, case .verify(let factor, .some(let code), _) = self.action,
            let next = self.untried.first
        {
            self.untried.removeFirst()
            self.firstProblem = self.firstProblem ?? problem
            return .ask(.verify(factor, next, code: code))
        }
        if let leftover = self.leftover(of: problem) {
            self.hasCleared = true
            return .ask(.unenroll(leftover))
        }
        if problem.wayOn == .useFactorFirst {
            return .leave(.page(self.context.stepUpFirst(.enroll)))
        }
        guard !problem.endsSession else { return self.end(problem) }
        let problem = problem.isOfCode ? self.firstProblem ?? problem : problem
        if problem.wayOn == .newCode { self.challenges = ChallengeList() }
        self.status = problem.pageStatus
        self.notice = Notice(problem)
        guard !self.hasFailed else { return self.end(problem) }
        self.hasFailed = true
        return self.askUser()
    }

    /// A factor that was never finished and stands in the way of this one.
    private mutating func leftover(of problem: AuthProblem) -> FactorID? {
        guard !self.hasCleared, let user = self.user else { return nil }
        let unfinished = user.factors.filter { !$0.isVerified }
        switch (problem.known, self.action) {
        case (.nameConflict, .enrollTOTP(let name)):
            let name = self.name(name, .totpName, beside: user)
            self.blocked = .enrollTOTP(name: name, issuer: self.context.issuerName)
            return unfinished.first { $0.name == name }?.id
        case (.nameConflict, .enrollPhone(let name, .some(let number), _)):
            let name = self.name(name, .phoneName, beside: user)
            self.blocked = .enrollPhone(name: name, number: number)
            return unfinished.first { $0.name == name }?.id
        case (.tooManyFactors, .enrollTOTP(let name)):
            self.blocked = .enrollTOTP(
                name: self.name(name, .totpName, beside: user),
                issuer: self.context.issuerName
            )
            return unfinished.first?.id
        case (.tooManyFactors, .enrollPhone(let name, .some(let number), _)):
            self.blocked = .enrollPhone(
                name: self.name(name, .phoneName, beside: user),
                number: number
            )
            return unfinished.first?.id
        default: return nil
        }
    }

    private func end(_ problem: AuthProblem) -> PageStep {
        guard !problem.endsSession || problem.isFinal else { return .leave(.sessionOver) }
        let again = PageAddress(.enroll, self.context.journey)
        return .show(.message(.failed(problem, again: again)), status: problem.pageStatus)
    }
}

extension EnrollFlow {
    /// What the user wrote, or a name that no verified factor has.
    private func name(_ typed: String, _ key: TextKey, beside user: AuthUser) -> String {
        guard typed.isEmpty else { return typed }
        return self.freeName(key, beside: user)
    }

    private func freeName(_ key: TextKey, beside user: AuthUser) -> String {
        let plain = self.context.texts.plain(key)
        let taken = Set(user.verified.map(\.name))
        let numbered = (2...20).map { "\(plain) \($0)" }
        return ([plain] + numbered).first { !taken.contains($0) } ?? plain
    }

    private func show(_ user: AuthUser, _ standing: Standing) -> PageStep {
        if let step = self.showUnfinished(user) { return step }
        var demand = FactorDemand()
        if case .enroll(let demanded) = standing { demand = demanded }
        let kinds =
            demand.kinds.isEmpty
            ? self.context.offered : self.context.offered.filter(demand.kinds.contains)
        let usable = kinds.filter(\.isUsableHere)
        guard !usable.isEmpty else {
            let kinds = demand.kinds.isEmpty ? FactorKind.allCases : demand.kinds
            let stuck = MessageContent.stuck(
                .stuckNothingOffered,
                kinds: kinds,
                because: demand.because
            )
            return .show(.message(stuck), status: 403)
        }
        let lacksEmail = usable.contains(.totp) && user.email.isEmpty
        guard !lacksEmail || usable.contains(.phone) else {
            return .show(.message(.stuck(.stuckNoEmail)), status: 403)
        }
        let content = EnrollContent(
            account: user.account,
            motive: self.motive(standing),
            offersTOTP: usable.contains(.totp) && !lacksEmail,
            offersPhone: usable.contains(.phone),
            lacksEmail: lacksEmail,
            suggestedName: self.freeName(.totpName, beside: user),
            notice: self.notice ?? self.context.notice,
            address: PageAddress(.enroll, self.context.journey)
        )
        return .show(.enroll(content), status: self.status)
    }

    private func motive(_ standing: Standing) -> Motive {
        switch standing {
        case .enroll(let demand): .enroll(demand)
        case .satisfied, .stepUp, .reauthenticate, .denied, .unavailable: .none
        }
    }

    /// The page of a factor that is being set up; nil where none is.
    private func showUnfinished(_ user: AuthUser) -> PageStep? {
        let id: FactorID?
        switch self.action {
        case .verify(let factor, _, _), .send(let factor, _, _): id = factor
        case .enrollPhone: id = self.enrolled
        case .show, .enrollTOTP, .remove, .signOut: id = self.address.factor
        }
        guard let factor = user.factors.first(where: { $0.id == id && !$0.isVerified }) else {
            return nil
        }
        let address = PageAddress(.enroll, self.context.journey, factor: factor.id)
        switch factor.kind {
        case .phone:
            let content = ChallengeContent(
                account: user.account,
                motive: .none,
                factor: factor,
                others: [],
                challenges: self.challenges,
                notice: self.notice,
                address: address
            )
            return .show(.confirmPhone(content), status: self.status)
        case .totp:
            let content = SetupContent(
                factor: factor.id,
                enrolment: self.context.pending,
                notice: self.notice,
                address: address
            )
            return .show(.setup(content), status: self.status)
        case .webauthn, nil: return nil
        }
    }
}

extension PageContext {
    fileprivate var notice: Notice? { self.note == .enrolled ? .good(.enrolled) : nil }

    /// Where a finished enrolment leads.
    fileprivate var enrolledDestination: Destination {
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
