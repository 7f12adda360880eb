// What is enrolled, and what is shown.
extension EnrollFlow {
    /// The call that makes the factor; nil where none is to be made, or none can be.
    func enrolment(of user: AuthUser) -> AuthCall? {
        switch self.action {
        case .enrollTOTP(let name) where !user.email.isEmpty:
            .enrollTOTP(
                name: name.isEmpty ? self.freeName(.totpName, beside: user) : name,
                issuer: self.context.issuerName
            )
        case .enrollPhone(let name, .some(let number), _):
            .enrollPhone(
                name: name.isEmpty ? self.freeName(.phoneName, beside: user) : name,
                number: number
            )
        case .show, .enrollTOTP, .enrollPhone, .verify, .send, .remove, .signOut: nil
        }
    }

    /// A name that no verified factor has.
    private func freeName(_ key: TextKey, beside user: AuthUser) -> String {
        let plain = self.context.texts.plain(key)
        let taken = Set(user.verified.map(\.name))
        let numbered = (2...20).map { "\(plain) \($0)" }
        return ([plain] + numbered).first { !taken.contains($0) } ?? plain
    }

    func show(_ user: AuthUser, _ standing: Standing) -> PageStep {
        if let step = self.showUnfinished(user) ?? self.leaveFinished(user) { return step }
        var demand = FactorDemand()
        if case .enroll(let demanded) = standing { demand = demanded }
        let kinds =
            demand.kinds.isEmpty
            ? self.context.offered : self.context.offered.filter(demand.kinds.contains)
        let usable = kinds.filter { $0.isUsableHere && $0 != self.switchedOff }
        guard !usable.isEmpty else {
            guard self.switchedOff == nil else {
                return .show(
                    .message(.stuck(.stuckSwitchedOff, account: user.account)),
                    status: 403
                )
            }
            let kinds = demand.kinds.isEmpty ? FactorKind.allCases : demand.kinds
            let stuck = MessageContent.stuck(
                .stuckNothingOffered,
                account: user.account,
                kinds: kinds,
                because: demand.because
            )
            return .show(.message(stuck), status: 403)
        }
        let lacksEmail = usable.contains(.totp) && user.email.isEmpty
        guard !lacksEmail || usable.contains(.phone) else {
            return .show(.message(.stuck(.stuckNoEmail, account: user.account)), status: 403)
        }
        let content = EnrollContent(
            account: user.account,
            motive: self.motive(standing),
            offersTOTP: usable.contains(.totp) && !lacksEmail,
            offersPhone: usable.contains(.phone),
            lacksEmail: lacksEmail,
            suggestedName: self.freeName(.totpName, beside: user),
            suggestedPhoneName: self.freeName(.phoneName, beside: user),
            notice: self.notice ?? self.context.notice,
            address: PageAddress(.enroll, self.context.journey)
        )
        return .show(.enroll(content), status: self.status)
    }

    /// The way on from the page of a factor that was verified since; nil where none was.
    private func leaveFinished(_ user: AuthUser) -> PageStep? {
        let isVerified = user.verified.contains { $0.id == self.address.factor }
        guard self.action == .show, isVerified else { return nil }
        return .leave(self.context.enrolledDestination)
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
                account: user.account,
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
}
