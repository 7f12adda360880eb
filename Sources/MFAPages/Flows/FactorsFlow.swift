/// Looking at one's factors, and removing one.
package struct FactorsFlow: PageFlow {
    private let context: PageContext
    private let address: PageAddress
    private let action: PageAction
    /// What renews the session; without it the old one keeps its level until it expires.
    private let refreshToken: String?
    private var notice: Notice?
    private var status = 200

    package init(
        _ context: PageContext,
        address: PageAddress,
        action: PageAction,
        refreshToken: String?
    ) {
        self.context = context
        self.address = address
        self.action = action
        self.refreshToken = refreshToken
    }

    package mutating func begin() -> PageStep {
        if let refusal = self.context.refusal {
            self.status = self.context.wait == nil ? 403 : 429
            self.notice = refusal
        }
        return .ask(.user)
    }

    package mutating func received(_ event: PageEvent) -> PageStep {
        switch event {
        case .user(let user, _): self.received(user)
        case .adopted: self.leave(note: .removed)
        case .reply(.done):
            self.refreshToken.map { .ask(.refresh(token: $0)) } ?? self.leave(note: .removed)
        case .reply(.session(let session)): .adopt(session)
        case .reply(.problem(let problem)): self.failed(problem)
        case .reply(.user), .reply(.enrolled), .reply(.challenged): self.failed(.brokenAnswer)
        }
    }

    private func leave(note: PageAddress.Note) -> PageStep {
        var journey = self.context.journey
        journey.errand = .none
        return .leave(.page(PageAddress(.factors, journey, note: note)))
    }

    private mutating func received(_ user: AuthUser) -> PageStep {
        guard !user.isAnonymous else {
            return .show(.message(.guest), status: 403)
        }
        guard self.address.page == .remove else { return self.list(user) }
        let id: FactorID?
        if case .remove(let factor) = self.action { id = factor } else { id = self.address.factor }
        guard let factor = user.factors.first(where: { $0.id == id }) else {
            self.notice = self.notice ?? .bad(.factorGone)
            return self.list(user)
        }
        guard self.context.isAAL2 || !factor.isVerified else {
            return .leave(.page(self.context.stepUpFirst(.remove(factor.id))))
        }
        if case .remove = self.action, self.notice == nil { return .ask(.unenroll(factor.id)) }
        let content = RemoveContent(
            account: user.account,
            factor: factor,
            isLast: factor.isVerified && user.verified.count == 1,
            notice: self.notice,
            address: PageAddress(.remove, self.context.journey, factor: factor.id)
        )
        return .show(.remove(content), status: self.status)
    }

    private func list(_ user: AuthUser) -> PageStep {
        let content = FactorsContent(
            account: user.account,
            factors: user.verified + user.factors.filter { !$0.isVerified },
            notice: self.notice ?? self.noteNotice,
            address: PageAddress(.factors, self.context.journey)
        )
        return .show(.factors(content), status: self.status)
    }

    private var noteNotice: Notice? {
        switch self.context.note {
        case .removed: .good(.removed)
        case .enrolled: .good(.enrolled)
        case nil: nil
        }
    }

    private mutating func failed(_ problem: AuthProblem) -> PageStep {
        if problem.endsSession, !problem.isFinal { return .leave(.sessionOver) }
        if case .remove(let factor) = self.action, problem.wayOn == .useFactorFirst {
            return .leave(.page(self.context.stepUpFirst(.remove(factor))))
        }
        guard self.notice == nil, !problem.isFinal else {
            let again = PageAddress(.factors, self.context.journey)
            return .show(.message(.failed(problem, again: again)), status: problem.pageStatus)
        }
        self.notice = Notice(problem)
        self.status = problem.pageStatus
        return .ask(.user)
    }
}

/// Ending the session.
package struct SignOutFlow: PageFlow {
    private let context: PageContext
    private let action: PageAction

    package init(_ context: PageContext, action: PageAction) {
        self.context = context
        self.action = action
    }

    package mutating func begin() -> PageStep {
        let isStale = self.context.isFormStale
        guard self.action == .signOut, !isStale else {
            return .show(.message(.signOut(isStale: isStale)), status: isStale ? 403 : 200)
        }
        return .ask(.logout)
    }

    // The browser forgets the session whatever the authority says.
    package mutating func received(_ event: PageEvent) -> PageStep {
        .leave(.signedOut)
    }
}
