/// Proving a second factor.
package struct StepUpFlow: PageFlow {
    private let context: PageContext
    private let action: PageAction
    private let chosen: FactorID?
    private var challenges: ChallengeList
    private var proof: CodeProof?
    private var notice: Notice?
    private var status = 200
    private var hasAskedUser = false

    package init(_ context: PageContext, address: PageAddress, action: PageAction) {
        self.context = context
        self.action = action
        self.challenges = address.challenges
        self.proof = CodeProof(action)
        switch action {
        case .verify(let factor, _, let challenges):
            self.chosen = factor
            self.challenges = challenges
        case .send(let factor, _, let challenges):
            self.chosen = factor
            self.challenges = challenges
        case .show, .enrollTOTP, .enrollPhone, .remove, .signOut:
            self.chosen = address.factor
        }
    }

    package mutating func begin() -> PageStep {
        if let refusal = self.context.refusal {
            self.status = self.context.wait == nil ? 403 : 429
            return self.ask(showing: refusal)
        }
        if let call = self.proof?.begin() { return .ask(call) }
        switch self.action {
        case .verify:
            return self.refuse(.bad(.codeMalformed))
        case .send(let factor, let channel, _):
            return .ask(.challenge(factor, channel))
        case .show, .enrollTOTP, .enrollPhone, .remove, .signOut:
            return self.askUser()
        }
    }

    private mutating func askUser() -> PageStep {
        self.hasAskedUser = true
        return .ask(.user)
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
        case .user(let user, let standing): self.show(user, standing)
        case .adopted: .leave(self.context.destination)
        case .reply(.challenged(let challenge)): self.challenged(challenge)
        case .reply(.session(let session)): .adopt(session)
        case .reply(.problem(let problem)): self.failed(problem)
        case .reply(.user), .reply(.enrolled), .reply(.done): self.failed(.brokenAnswer)
        }
    }

    private mutating func challenged(_ challenge: ChallengeID) -> PageStep {
        if let proof { return .ask(proof.answering(challenge)) }
        switch self.action {
        case .send(let factor, _, let challenges):
            return .leave(
                .page(
                    PageAddress(
                        .stepUp,
                        self.context.journey,
                        factor: factor,
                        challenges: challenges.adding(challenge)
                    )
                )
            )
        case .verify, .show, .enrollTOTP, .enrollPhone, .remove, .signOut:
            return self.failed(.brokenAnswer)
        }
    }

    private mutating func failed(_ problem: AuthProblem) -> PageStep {
        // An earlier code is as good as the newest one until it expires.
        if let next = self.proof?.next(after: problem) { return .ask(next) }
        guard !problem.endsSession, !self.hasAskedUser else { return self.end(problem) }
        let problem = self.proof?.verdict(problem) ?? problem
        if problem.wayOn == .newCode { self.challenges = ChallengeList() }
        self.status = problem.pageStatus
        return self.ask(showing: Notice(problem))
    }

    // Whoever proved it in another tab need not hear that this form is stale.
    private var hasFailed: Bool { self.notice != nil && !self.context.isFormStale }

    // There is no page to go back to: the session is over, or the user cannot be had.
    private func end(_ problem: AuthProblem) -> PageStep {
        guard !problem.endsSession || problem.isFinal else { return .leave(.sessionOver) }
        let again = PageAddress(.stepUp, self.context.journey)
        return .show(.message(.failed(problem, again: again)), status: problem.pageStatus)
    }
}

extension StepUpFlow {
    private func show(_ user: AuthUser, _ standing: Standing) -> PageStep {
        guard !user.isAnonymous else {
            return .show(.message(.guest), status: 403)
        }
        switch standing {
        case .satisfied where self.context.isAAL2 && !self.hasFailed:
            return .leave(self.context.destination)
        case .satisfied: return self.challenge(user, FactorDemand())
        case .stepUp(let demand): return self.challenge(user, demand)
        // Enrolling asks for the factors there are by itself.
        case .enroll: return .leave(.page(PageAddress(.enroll, self.context.journey)))
        case .reauthenticate: return .leave(.signIn)
        case .denied:
            return .show(.message(.stuck(.stuckDenied, account: user.account)), status: 403)
        case .unavailable:
            let again = PageAddress(.stepUp, self.context.journey)
            return .show(.message(.failed(.unreachable, again: again)), status: 503)
        }
    }

    private func challenge(_ user: AuthUser, _ demand: FactorDemand) -> PageStep {
        let usable = user.verified.filter { $0.kind?.isUsableHere ?? false }
        // What the policy can use comes first; apps before phones, which cost and can be lost.
        let ranked = FactorKind.allCases.flatMap { kind in usable.filter { $0.kind == kind } }
        let preferred = ranked.filter { factor in
            factor.kind.map { demand.kinds.isEmpty || demand.kinds.contains($0) } ?? false
        }
        let ordered =
            demand.namesKinds
            ? preferred
            : preferred
                + ranked.filter {
                    !preferred.contains($0)
                }
        guard let first = ordered.first else { return self.nothingUsable(user, demand) }
        let factor = ordered.first { $0.id == self.chosen } ?? first
        let isChosen = factor.id == self.chosen
        let address = PageAddress(.stepUp, self.context.journey, factor: factor.id)
        let content = ChallengeContent(
            account: user.account,
            motive: self.motive(demand),
            factor: factor,
            others: ordered.filter { $0.id != factor.id },
            challenges: isChosen ? self.challenges : ChallengeList(),
            notice: self.notice,
            address: address
        )
        return .show(.challenge(content), status: self.status)
    }

    private func motive(_ demand: FactorDemand) -> Motive {
        switch self.context.journey.errand {
        case .remove, .factors: .remove
        case .enroll: .add
        case .none: .demand(demand)
        }
    }

    private func nothingUsable(_ user: AuthUser, _ demand: FactorDemand) -> PageStep {
        guard user.verified.isEmpty else {
            let kinds = demand.kinds.isEmpty ? user.verified.compactMap(\.kind) : demand.kinds
            let stuck = MessageContent.stuck(
                .stuckUnsupported,
                account: user.account,
                kinds: kinds,
                because: demand.because
            )
            return .show(.message(stuck), status: 403)
        }
        var journey = self.context.journey
        if journey.errand == .enroll { journey.errand = .none }
        var message = MessageContent(
            account: user.account,
            title: .noFactorTitle,
            sentence: .noFactorText
        )
        message.ways = [.enroll(PageAddress(.enroll, journey))]
        return .show(.message(message), status: 200)
    }
}

extension AuthProblem {
    /// Whether signing in again would only lead back here, or surprise.
    var isFinal: Bool { self.known == .verificationRejected || self.known == .userBanned }

    /// The status of the page that tells about it.
    package var pageStatus: Int {
        switch self.wayOn {
        case .repeatInput, .newCode, .manageFactors: 422
        case .useFactorFirst, .deadEnd, .signIn: 403
        case .wait: self.wait == nil ? 503 : 429
        }
    }
}
