/// What was seen of each policy while every session was tried.
struct PolicyRecord: Sendable {
    /// One case in which something was seen.
    struct Sighting: Sendable {
        let request: AccessRequest
        let group: CellGroup

        var witness: Witness { Witness(self.request, self.group.session) }
    }

    /// A session that is sent in a circle, or to an end that is none.
    struct BadWalk: Sendable {
        let sighting: Sighting
        let policy: String?
        let ending: Walk.Ending
    }

    /// A caller whom no step leads to allow.
    struct LockOut: Sendable {
        let sighting: Sighting
        let policy: String
        let reason: Reason
    }

    /// A request that is refused only because the directory is silent.
    struct Outage: Sendable {
        let sighting: Sighting
        let policy: String
        let remedy: Outcome
    }

    private(set) var applied: [String: Sighting] = [:]
    private(set) var unmet: [String: Sighting] = [:]
    private(set) var decided: Set<String> = []
    private(set) var answers: Set<CellName> = []
    /// For each policy, the policies that ask for as much wherever it asks for something.
    private(set) var covering: [String: Set<String>] = [:]
    private(set) var walks: [BadWalk] = []
    private(set) var lockOuts: [LockOut] = []
    private(set) var outages: [Outage] = []
}

extension PolicyRecord {
    mutating func add(
        _ persona: Persona,
        on atom: RouteAtom,
        _ groups: [(answer: Decision, group: CellGroup)],
        of set: PolicySet
    ) {
        for application in persona.signature.applications where application.truth > .no {
            let name = atom.policies[application.policy].name
            guard self.applied[name] == nil, let first = groups.first else { continue }
            self.applied[name] = Sighting(request: atom.request, group: first.group)
        }
        for (answer, group) in groups {
            let sighting = Sighting(request: atom.request, group: group)
            self.answers.insert(CellName(group.session.principal.subjectClass, answer))
            self.note(answer, sighting)
        }
        self.follow(persona, on: atom, groups, of: set)
    }

    private mutating func note(_ decision: Decision, _ sighting: Sighting) {
        for entry in decision.projected.entries {
            guard let policy = entry.policy, self.unmet[policy] == nil else { continue }
            self.unmet[policy] = sighting
        }
        var hardest: [String: Outcome] = [:]
        for entry in decision.enforced {
            guard let policy = entry.policy else { continue }
            hardest[policy] = max(hardest[policy] ?? .allow, entry.remedy)
        }
        let admission = decision.enforced.filter { $0.policy == nil }.map(\.remedy).max() ?? .allow
        for (policy, remedy) in hardest where !self.decided.contains(policy) {
            let equals = hardest.filter { $0.key != policy && $0.value >= remedy }.map(\.key)
            if equals.isEmpty {
                if admission < remedy { self.decided.insert(policy) }
            } else {
                self.covering[policy, default: Set(equals)].formIntersection(equals)
            }
        }
    }

    mutating func addOutage(
        on atom: RouteAtom,
        _ groups: [(answer: Decision, group: CellGroup)]
    ) {
        for (answer, group) in groups {
            for entry in answer.enforced where entry.reason == .directoryUnavailable {
                guard let policy = entry.policy,
                    !self.outages.contains(where: { $0.policy == policy })
                else { continue }
                let sighting = Sighting(request: atom.request, group: group)
                self.outages.append(
                    Outage(sighting: sighting, policy: policy, remedy: entry.remedy)
                )
            }
        }
    }
}

// Chains of redirects.
extension PolicyRecord {
    private mutating func follow(
        _ persona: Persona,
        on atom: RouteAtom,
        _ groups: [(answer: Decision, group: CellGroup)],
        of set: PolicySet
    ) {
        switch persona.session.principal.subjectClass {
        case .visitor, .guest: return
        case .service:
            self.followService(on: atom, groups)
            return
        case .user: break
        }
        guard persona.isOrdinary, persona.session.principal.canBeUpgraded else { return }
        let walk = Walk(set: set, request: atom.request)
        var isEverAllowed = groups.contains { $0.answer.outcome == .allow }
        for (answer, group) in groups where answer.outcome.isRedirect {
            let ending = walk.worstEnding(from: group.session)
            let sighting = Sighting(request: atom.request, group: group)
            let policy = answer.determining?.policy
            switch ending {
            case .allowed: isEverAllowed = true
            case .circle, .stuck:
                guard !self.walks.contains(where: { $0.policy == policy }) else { continue }
                self.walks.append(BadWalk(sighting: sighting, policy: policy, ending: ending))
            }
        }
        if !isEverAllowed { self.noteLockOut(on: atom, groups, of: set) }
    }

    /// A refusal that an author wrote down as one is no lock-out.
    private mutating func noteLockOut(
        on atom: RouteAtom,
        _ groups: [(answer: Decision, group: CellGroup)],
        of set: PolicySet
    ) {
        let unintended = groups.filter { answer, _ in
            answer.enforced.allSatisfy { entry in
                guard entry.reason != .denied, entry.reason != .notAdmitted else { return false }
                guard let policy = entry.policy.flatMap(set.policy(named:)) else { return true }
                return !policy.deniesInstead
            }
        }
        let best = unintended.min {
            $0.answer.enforced.count < $1.answer.enforced.count
        }
        guard let best, let entry = best.answer.determining, let policy = entry.policy,
            !self.lockOuts.contains(where: { $0.policy == policy })
        else { return }
        let sighting = Sighting(request: atom.request, group: best.group)
        self.lockOuts.append(LockOut(sighting: sighting, policy: policy, reason: entry.reason))
    }

    /// A machine has no second factor: what its bare token does not meet, it never meets.
    private mutating func followService(
        on atom: RouteAtom,
        _ groups: [(answer: Decision, group: CellGroup)]
    ) {
        let bare = groups.first { _, group in
            !group.session.principal.hasMethodEntries
                && group.session.principal.assurance == .aal1
        }
        guard let bare, atom.admitted.contains(.service),
            let entry = bare.answer.determining, entry.reason == .notUpgradable,
            let policy = entry.policy, !self.lockOuts.contains(where: { $0.policy == policy })
        else { return }
        let sighting = Sighting(request: atom.request, group: bare.group)
        self.lockOuts.append(LockOut(sighting: sighting, policy: policy, reason: entry.reason))
    }
}

extension Policy {
    /// Whether `otherwise deny` stands in place of the remedies.
    var deniesInstead: Bool {
        if case .require(_, otherwiseDeny: true) = self.rule { true } else { false }
    }
}

extension Persona {
    /// Whether every factor of the user has a word.
    fileprivate var isOrdinary: Bool {
        guard case .known(let counts) = self.session.facts.factors else { return true }
        return counts.other == 0
    }
}
