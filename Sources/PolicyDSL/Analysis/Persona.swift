/// A kind of caller at a moment, the proofs of the session left out: all who share it are told
/// apart by none of the policies at hand.
struct Persona: Sendable {
    /// One of them, who has proven nothing.
    let session: Session
    /// What all of them have in common.
    fileprivate(set) var common: CommonChoices
    let signature: Signature

    /// The policies that name the caller, or may, by their numbers.
    var applying: [Int] { self.signature.applications.map(\.policy) }

    /// Everything about a persona that a decision can depend on.
    struct Signature: Hashable, Sendable {
        struct Application: Hashable, Sendable {
            let policy: Int
            let truth: Truth
            let phase: Policy.Phase
            let isInGrace: Bool
            let consulted: FactNeeds
        }

        let subjectClass: SubjectClass
        let canBeUpgraded: Bool
        let factors: Fact<FactorCounts>
        let refusal: RefusedUser?
        let applications: [Application]
    }
}

extension Persona.Signature {
    init(_ session: Session, _ policies: [Policy]) {
        self.subjectClass = session.principal.subjectClass
        self.canBeUpgraded = session.principal.canBeUpgraded
        self.factors = session.facts.factors
        self.refusal = session.directory.refusal
        self.applications = policies.enumerated().compactMap { number, policy in
            let phase = policy.phase(at: session.now)
            let facts = session.facts
            let truth = policy.names(session.principal, facts)
            let consulted = policy.factsConsulted(naming: session.principal, facts)
            guard phase != .over, truth > .no || !consulted.isEmpty else { return nil }
            let deadline = policy.grace.flatMap { policy.deadline(of: $0, facts) }
            return Application(
                policy: number,
                truth: truth,
                phase: phase,
                isInGrace: deadline.map { session.now < $0 } ?? false,
                consulted: consulted
            )
        }
    }
}

/// The personas that some policies tell apart.
struct Personas: Sendable {
    let personas: [Persona]
    /// Whether every caller is one of them.
    let isExhaustive: Bool

    /// The most callers that are looked at, before those alike are taken together.
    static let mostCallers = 200_000

    /// The personas of `policies` while the directory answers, or while it is silent.
    init(_ policies: [Policy], during moments: ClosedRange<Instant>, isAnswered: Bool) {
        let mentions = Mentions(policies)
        var found: [Persona.Signature: Persona] = [:]
        var order: [Persona.Signature] = []
        var isExhaustive = mentions.combinesAllClaims
        for caller in Mentions.callers {
            var probe = Session(
                principal: .visitor,
                directory: .unknown,
                now: moments.lowerBound
            )
            caller.apply(&probe)
            let axes = mentions.callerAxes(
                caller,
                of: probe.principal.subjectClass,
                during: moments,
                isAnswered: isAnswered
            )
            let cells = SessionCells(axes: axes)
            isExhaustive = isExhaustive && cells.count <= Self.mostCallers
            for index in cells.indices(Self.mostCallers) {
                let session = cells.session(at: index)
                let signature = Persona.Signature(session, policies)
                if found[signature] == nil {
                    order.append(signature)
                    found[signature] = Persona(
                        session: session,
                        common: CommonChoices(cells, cells.numbers(at: index)),
                        signature: signature
                    )
                } else {
                    found[signature]?.common.join(cells.numbers(at: index))
                }
            }
        }
        self.personas = order.compactMap { found[$0] }
        self.isExhaustive = isExhaustive
    }
}

extension Instant {
    /// This moment and all that follow.
    var onwards: ClosedRange<Instant> { self...Instant(microseconds: .max) }
}

extension Persona {
    /// Whether the directory refuses the user altogether.
    var isRefused: Bool { self.signature.refusal != nil }
}
