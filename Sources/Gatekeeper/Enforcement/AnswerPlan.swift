internal import PolicyDSL

/// What will be answered, settled before it is written, so that a record can say the same.
struct AnswerPlan: Sendable {
    enum Form: Equatable, Sendable {
        case redirect(location: String)
        case document
        case gRPC
    }

    /// Why the request is not forwarded.
    let denial: Denial
    let traits: ClientTraits
    let form: Form
}

extension AnswerWriter {
    /// Settles how a denial is answered.
    ///
    /// - `denial`: why the request is not forwarded.
    /// - `traits`: what the client can follow and read.
    /// - `style`: the route's way of telling sessions that they could do better.
    func plan(
        for denial: Denial,
        traits: consuming ClientTraits,
        style: AnswerStyle
    ) -> AnswerPlan {
        let location = self.redirect(for: denial, traits: traits, style: style)
        let document: AnswerPlan.Form = traits.isGRPC ? .gRPC : .document
        guard let location else {
            return AnswerPlan(denial: denial, traits: traits, form: document)
        }
        // A browser that was redirected often enough to know that it leads nowhere is told so.
        if traits.redirects.isExhausted(for: denial.outcome), traits.isNavigation {
            let reason = Reason.redirectLoop.rawValue
            let loop = Denial(outcome: .deny, reason: reason, entry: denial.entry)
            return AnswerPlan(denial: loop, traits: traits, form: document)
        }
        let form = traits.isGRPC ? .gRPC : AnswerPlan.Form.redirect(location: location)
        return AnswerPlan(denial: denial, traits: traits, form: form)
    }

    private func redirect(
        for denial: Denial,
        traits: borrowing ClientTraits,
        style: AnswerStyle
    ) -> String? {
        guard !traits.isUpgrade, !denial.isOfHeader else { return nil }
        let isWanted =
            switch (denial.outcome, style) {
            case (.allow, _), (.unavailable, _), (.deny, _), (_, .challenge): false
            case (.unauthenticated, .redirect), (_, .negotiate): traits.isNavigation
            case (.enroll, .redirect), (.stepUp, .redirect), (.reauthenticate, .redirect): true
            }
        return isWanted ? self.pages.location(for: denial.outcome, traits: traits) : nil
    }
}
