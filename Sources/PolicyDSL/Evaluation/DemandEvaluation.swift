/// How one session stands to one demand.
struct DemandResult {
    /// Nil where the demand is met.
    var remedy: Remedy?
    /// The directory facts without which the result could be another.
    var consulted: FactNeeds = []

    static let met = DemandResult(remedy: nil)
}

/// Holds demands against a session: the table of remedies, row by row.
struct DemandEvaluation {
    let session: Session
    /// Whether the policy that asks applies; `no` never asks.
    let applies: Truth
    /// What is unknown, should the policy apply only because something is.
    let unknownReason: Reason

    private var principal: Principal { self.session.principal }
    private var factors: Fact<FactorCounts> { self.session.facts.factors }

    func result(of demand: Demand) -> DemandResult {
        switch demand {
        case .secondLevel(let confirmed, let within): self.secondLevel(confirmed, within)
        case .signIn(let within): self.signIn(within)
        case .methods(let list): self.list(list)
        case .all(let parts): self.all(parts.map(self.result(of:)))
        case .any(let parts): self.any(parts.map(self.result(of:)))
        }
    }

    private func all(_ results: [DemandResult]) -> DemandResult {
        DemandResult(
            remedy: .all(of: results.compactMap(\.remedy)),
            consulted: results.reduce(into: []) { $0.formUnion($1.consulted) }
        )
    }

    private func any(_ results: [DemandResult]) -> DemandResult {
        if results.contains(where: { $0.remedy == nil && $0.consulted.isEmpty }) { return .met }
        let consulted: FactNeeds = results.reduce(into: []) { $0.formUnion($1.consulted) }
        if results.contains(where: { $0.remedy == nil }) {
            return DemandResult(remedy: nil, consulted: consulted)
        }
        let easiest = Remedy.any(of: results.compactMap(\.remedy))
        return DemandResult(remedy: easiest ?? .impossible, consulted: consulted)
    }
}

extension DemandEvaluation {
    /// The rows that hold for every kind of demand.
    private var generalRemedy: Remedy? {
        switch self.principal.subjectClass {
        case .visitor, .guest: return Remedy(outcome: .unauthenticated, reason: .noCredential)
        case .user, .service: break
        }
        if self.applies == .unknown {
            return Remedy(outcome: .unavailable, reason: self.unknownReason)
        }
        guard self.principal.canBeUpgraded, self.principal.subjectClass != .service else {
            return Remedy(outcome: .deny, reason: .notUpgradable)
        }
        return nil
    }

    /// The remedy of a `deny` clause.
    var remedyOfDenial: Remedy {
        let denial = Remedy(outcome: .deny, reason: .denied)
        return self.applies == .yes ? denial : self.generalRemedy ?? denial
    }

    private func isRecent(_ proof: Instant?, _ within: Period?) -> Bool {
        guard let within else { return true }
        return proof?.isWithin(within, of: self.session.now) ?? false
    }
}

extension DemandEvaluation {
    private func secondLevel(_ confirmed: Bool, _ within: Period?) -> DemandResult {
        let isHigh = self.principal.assurance == .aal2
        guard isHigh, self.isRecent(self.principal.lastSecondFactor, within) else {
            return self.unmetSecondLevel(confirmed, within)
        }
        guard confirmed else { return .met }
        if case .known(let counts) = self.factors, !counts.isEmpty {
            return DemandResult(remedy: nil, consulted: .factors)
        }
        var result = self.unmetSecondLevel(confirmed, within)
        if self.principal.subjectClass.hasDirectoryFacts { result.consulted.insert(.factors) }
        return result
    }

    private func unmetSecondLevel(_ confirmed: Bool, _ within: Period?) -> DemandResult {
        if let remedy = self.generalRemedy { return DemandResult(remedy: remedy) }
        if within != nil, !self.principal.canShowLevelTimes {
            return DemandResult(remedy: .unprovable)
        }
        let isHigh = self.principal.assurance == .aal2
        let remedy: Remedy =
            switch self.factors {
            case .known(let counts) where counts.isEmpty && confirmed && isHigh:
                self.reauthenticate(.staleToken, using: self.principal.signInMethods)
            case .unknown where confirmed && isHigh:
                Remedy(outcome: .unavailable, reason: .directoryUnavailable)
            case .known(let counts) where counts.isEmpty:
                Remedy(outcome: .enroll, reason: .noFactor)
            case .known(let counts):
                self.stepUp(isHigh ? .proofTooOld : .aalTooLow, using: counts.typeSet, isSure: true)
            case .unknown:
                self.stepUp(isHigh ? .proofTooOld : .aalTooLow, using: [], isSure: false)
            }
        return DemandResult(remedy: remedy, consulted: .factors)
    }

    private func signIn(_ within: Period) -> DemandResult {
        if self.isRecent(self.principal.signInAt, within) { return .met }
        if let remedy = self.generalRemedy { return DemandResult(remedy: remedy) }
        guard self.principal.canShowLevelTimes else { return DemandResult(remedy: .unprovable) }
        return DemandResult(
            remedy: self.reauthenticate(.sessionTooOld, using: self.principal.signInMethods)
        )
    }

    private func stepUp(_ reason: Reason, using types: FactorSet, isSure: Bool) -> Remedy {
        Remedy(
            outcome: .stepUp,
            reason: reason,
            using: Means(factors: types),
            isSure: isSure
        )
    }

    private func reauthenticate(_ reason: Reason, using methods: MethodSet) -> Remedy {
        Remedy(outcome: .reauthenticate, reason: reason, using: Means(methods: methods))
    }
}

extension DemandEvaluation {
    private func list(_ list: MethodDemand) -> DemandResult {
        if list.isSecondFactorSet, list.quantifier == .one,
            let level = self.principal.secondFactorAt, self.isRecent(level, list.within)
        {
            return .met
        }
        let results = list.methods.methods.map { self.method($0, of: list) }
        return switch list.quantifier {
        case .one: self.any(results)
        case .all: results.isEmpty ? self.any([]) : self.all(results)
        }
    }

    private func method(_ method: AuthenticationMethod, of list: MethodDemand) -> DemandResult {
        let proofs = self.principal.proofs
        let isProven = proofs.methods.contains(method)
        if isProven, self.isRecent(proofs.time(of: method), list.within) { return .met }
        if let remedy = self.generalRemedy { return DemandResult(remedy: remedy) }
        guard self.principal.canShow(list) else { return DemandResult(remedy: .unprovable) }
        guard let type = method.factorType else {
            let remedy =
                isProven
                ? self.reauthenticate(.proofTooOld, using: MethodSet(method)) : .impossible
            return DemandResult(remedy: remedy)
        }
        let wasProven = isProven || (list.isSecondFactorSet && self.principal.secondFactorAt != nil)
        return DemandResult(
            remedy: self.remedy(type, wasProven ? .proofTooOld : .proofMethod),
            consulted: .factors
        )
    }

    private func remedy(_ type: FactorType, _ reason: Reason) -> Remedy {
        switch self.factors {
        case .known(let counts) where counts[type] > 0:
            self.stepUp(reason, using: FactorSet(type), isSure: true)
        case .unknown:
            self.stepUp(reason, using: FactorSet(type), isSure: false)
        case .known(let counts) where !counts.isEmpty && self.principal.assurance == .aal1:
            self.stepUp(.aalTooLow, using: counts.typeSet, isSure: false)
        case .known:
            Remedy(outcome: .enroll, reason: .noFactor, using: Means(factors: FactorSet(type)))
        }
    }
}

extension Remedy {
    fileprivate static let unprovable = Remedy(outcome: .deny, reason: .proofUnprovable)
    fileprivate static let impossible = Remedy(outcome: .deny, reason: .impossibleForUser)
}

extension Principal {
    /// The latest proof of a second factor, or of the second level.
    var lastSecondFactor: Instant? {
        var last = self.secondFactorAt
        for method in [AuthenticationMethod.totp, .sms, .webauthn] {
            guard let time = self.proofs.time(of: method) else { continue }
            last = max(last ?? time, time)
        }
        return last
    }

    /// The methods by which this user signs in, as far as the token tells.
    fileprivate var signInMethods: MethodSet {
        self.proofs.methods.intersection(.firstFactor)
    }

    /// Whether a later token could show when a level was reached.
    fileprivate var canShowLevelTimes: Bool {
        self.hasTimedEntries || self.knowsLevelTimes
    }

    /// Whether a later token could show that the list was proven, in time where that is asked.
    fileprivate func canShow(_ list: MethodDemand) -> Bool {
        if list.isSecondFactorSet, self.knowsLevelTimes { return true }
        return self.hasMethodEntries && (list.within == nil || self.hasTimedEntries)
    }
}
