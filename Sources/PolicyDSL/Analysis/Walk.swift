/// Follows the redirects that a session is sent on, whichever factor its user picks.
struct Walk {
    /// How a chain of redirects ends.
    enum Ending: Equatable {
        case allowed
        /// The same state comes back.
        case circle([String])
        /// A step leads to an answer that no step changes.
        case stuck([String], Outcome, Reason?)
    }

    private struct State: Hashable {
        let principal: Principal
        let directory: DirectoryAnswer
    }

    let set: PolicySet
    let request: AccessRequest

    /// The worst ending of all choices.
    func worstEnding(from session: Session) -> Ending {
        self.ending(of: session, after: [], seen: [])
    }

    private func ending(
        of session: Session,
        after steps: [String],
        seen: Set<State>
    ) -> Ending {
        var decision = self.decide(self.request, session)
        let state = State(principal: session.principal, directory: session.directory)
        guard decision.outcome.isRedirect else {
            return decision.outcome == .allow
                ? .allowed : .stuck(steps, decision.outcome, decision.determining?.reason)
        }
        guard !seen.contains(state) else { return .circle(steps) }
        if let page = self.page(of: decision.outcome) {
            let onPage = self.decide(page, session)
            switch onPage.outcome {
            case .allow: break
            case .enroll, .stepUp, .reauthenticate: decision = onPage
            case .unauthenticated, .unavailable, .deny:
                let visit = "\(decision.outcome.word): `\(page.path)` is refused"
                return .stuck(steps + [visit], onPage.outcome, onPage.determining?.reason)
            }
        }
        for step in session.choices(for: decision) {
            let next = self.ending(
                of: session.after(step),
                after: steps + ["\(decision.outcome.word): \(step)"],
                seen: seen.union([state])
            )
            if next != .allowed { return next }
        }
        return .allowed
    }

    private func decide(_ request: AccessRequest, _ session: Session) -> Decision {
        self.set.decide(
            request,
            session.principal,
            directory: session.directory,
            now: session.now
        )
    }

    private func page(of remedy: Outcome) -> AccessRequest? {
        let pages = self.set.pages
        let page =
            remedy == .enroll ? pages.enroll : remedy == .stepUp ? pages.stepUp : pages.signIn
        guard case .path(let path) = page?.target else { return nil }
        let bare = path.utf8.prefix { $0 != UInt8(ascii: "?") }
        return AccessRequest(path: String(Substring(bare)), host: self.request.host)
    }
}

extension Outcome {
    /// Whether the caller is sent to a page and can come back.
    var isRedirect: Bool {
        switch self {
        case .enroll, .stepUp, .reauthenticate: true
        case .allow, .unauthenticated, .unavailable, .deny: false
        }
    }
}

extension Session {
    /// The steps by which the user can do what the decision asks for.
    fileprivate func choices(for decision: Decision) -> [Step] {
        let using = decision.using
        switch decision.outcome {
        case .reauthenticate:
            let known = self.principal.proofs.methods.intersection(.firstFactor)
            let methods = using.methods.isEmpty ? known : using.methods
            return methods.isEmpty ? [.signIn(nil)] : methods.methods.map { .signIn($0) }
        case .stepUp: return self.methods(using.factors).map { .stepUp($0) }
        case .enroll:
            let types = using.factors.isEmpty ? FactorType.allCases : using.factors.types
            return types.map { .enroll($0.method) }
        case .allow, .unauthenticated, .unavailable, .deny: return []
        }
    }

    private func methods(_ types: FactorSet) -> [AuthenticationMethod] {
        guard types.isEmpty else { return types.types.map(\.method) }
        guard case .known(let counts) = self.facts.factors, !counts.types.isEmpty else {
            return FactorType.allCases.map(\.method)
        }
        return counts.types.map(\.method)
    }
}

extension FactorType {
    /// The method that a factor of the type proves.
    var method: AuthenticationMethod {
        switch self {
        case .totp: .totp
        case .phone: .sms
        case .webauthn: .webauthn
        }
    }
}
