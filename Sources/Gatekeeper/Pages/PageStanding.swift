internal import HTTPMessage
internal import MFAPages
internal import PolicyDSL

/// What the policies say about the requests that a journey is for.
struct PageStanding {
    let policies: PolicySet
    /// The host the user is on, as policies may tell hosts apart.
    let host: String

    /// Where the session stands towards `journey`, with facts fresh from the authority.
    func standing(
        of principal: Principal,
        facts: UserFacts,
        journey: Journey,
        now: Instant
    ) -> Standing {
        guard journey.errand == .none else {
            return principal.assurance == .aal2 ? .satisfied : .stepUp(FactorDemand())
        }
        let prepared = self.policies.prepare(principal)
        let decisions = self.routes(journey).map { route in
            self.policies.decide(route, prepared, directory: .known(facts), now: now)
        }
        guard let hardest = decisions.max(by: { $0.outcome < $1.outcome }) else {
            return principal.assurance == .aal2 ? .satisfied : .stepUp(FactorDemand())
        }
        return self.standing(hardest, facts: facts)
    }

    private func standing(_ decision: Decision, facts: UserFacts) -> Standing {
        switch decision.outcome {
        case .allow: .satisfied
        case .stepUp: .stepUp(self.demand(decision, of: facts))
        case .enroll: .enroll(self.demand(decision, of: facts))
        case .reauthenticate, .unauthenticated: .reauthenticate
        case .unavailable: .unavailable
        case .deny: .denied
        }
    }

    private func demand(_ decision: Decision, of facts: UserFacts) -> FactorDemand {
        let denial = Denial(decision, of: self.policies)
        let types = decision.using.factors.types
        var named = types.count < FactorType.allCases.count
        if decision.outcome == .stepUp, case .known(let counts) = facts.factors {
            named = FactorType.allCases.contains { counts[$0] > 0 && !types.contains($0) }
        }
        return FactorDemand(
            kinds: types.map(\.kind),
            because: denial?.because,
            maximumAge: denial?.entry?.reason == .proofTooOld ? denial?.maximumAge : nil,
            namesKinds: named && !types.isEmpty
        )
    }

    // The request that met a policy, and the page that it came from.
    private func routes(_ journey: Journey) -> [Route] {
        var requests: [(method: String, target: String)] = []
        if let path = journey.returnPath { requests.append(("GET", path.path)) }
        if let demand = journey.demand {
            let parts = demand.split(separator: " ", maxSplits: 1).map(String.init)
            if parts.count == 2 { requests.append((parts[0], parts[1])) }
        }
        return requests.compactMap { method, target in
            guard let head = SampleRequest(method: method, target: target).head,
                head.oddities.isDisjoint(with: .ofPath)
            else { return nil }
            return self.policies.route(
                method: head[head.method].span,
                path: head[head.path].span,
                host: Array(self.host.utf8).span,
                isUpgrade: false
            )
        }
    }
}

extension FactorType {
    fileprivate var kind: FactorKind {
        switch self {
        case .totp: .totp
        case .phone: .phone
        case .webauthn: .webauthn
        }
    }
}

extension UserFacts {
    /// The facts in a user object that the authority just sent.
    init(_ user: AuthUser) {
        var counts = FactorCounts()
        for factor in user.verified {
            switch factor.kind {
            case .totp: counts.totp += 1
            case .phone: counts.phone += 1
            case .webauthn: counts.webauthn += 1
            case nil: counts.other += 1
            }
        }
        let created = user.createdAt.flatMap { Instant(rfc3339: $0) }
        self.init(created: .known(created), factors: .known(counts))
    }
}
