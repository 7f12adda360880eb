/// What one policy holds against the sessions of all personas that it cannot tell apart.
final class PolicyMarks {
    let reading: ProofReading?
    private let policy: Policy
    private let texts: [String]
    private var known: [ProofReading.Bits: Int] = [:]
    /// The distinct lists of marks; nothing at all is number 0.
    private var numbers: [[UInt64]: Int] = [[]: 0]

    init(_ policy: Policy) {
        self.policy = policy
        self.reading = ProofReading(policy.rule)
        self.texts = policy.rule.demands.map { _ in "" }
    }

    /// The number of the marks against a session, of which the policy reads `bits`.
    func number(of bits: ProofReading.Bits, _ session: () -> Session) -> Int {
        // Where nobody can say what is read, every session is another one.
        guard self.reading != nil else { return self.number(of: self.marks(of: session())) }
        if let number = self.known[bits] { return number }
        let number = self.number(of: self.marks(of: session()))
        self.known[bits] = number
        return number
    }

    private func number(of marks: [UInt64]) -> Int {
        if let number = self.numbers[marks] { return number }
        let number = self.numbers.count
        self.numbers[marks] = number
        return number
    }

    private func marks(of session: Session) -> [UInt64] {
        let isEnforced = self.policy.phase(at: session.now) == .enforced
        let endings = self.policy.grace == nil ? [true] : [true, false]
        return endings.flatMap { hasEnded in
            let flags: UInt64 = (isEnforced ? 1 : 0) + (hasEnded ? 2 : 0)
            let assessment = self.policy.assess(
                session,
                scope: .yes,
                graceHasEnded: hasEnded,
                texts: self.texts
            )
            return assessment.entries.map { entry in
                flags << 28 | UInt64(entry.remedy.rawValue) << 24
                    | UInt64(entry.using.factors.rawValue) << 16
                    | UInt64(entry.using.methods.rawValue)
            }
        }
    }
}

/// The marks found so far, for all the routes and personas of an analysis.
struct MarksMemory {
    private struct Key: Hashable {
        let policy: Policy
        let subjectClass: SubjectClass
        let canBeUpgraded: Bool
        let factors: Fact<FactorCounts>
        let refusal: RefusedUser?
        let truth: Truth
        let phase: Policy.Phase
        let isInGrace: Bool
        let consulted: FactNeeds
    }

    private var known: [Key: PolicyMarks] = [:]

    /// The marks of a policy against personas that are alike to it.
    mutating func marks(
        of policy: Policy,
        _ application: Persona.Signature.Application,
        _ persona: Persona
    ) -> PolicyMarks {
        let key = Key(
            policy: policy,
            subjectClass: persona.signature.subjectClass,
            canBeUpgraded: persona.signature.canBeUpgraded,
            factors: persona.signature.factors,
            refusal: persona.signature.refusal,
            truth: application.truth,
            phase: application.phase,
            isInGrace: application.isInGrace,
            consulted: application.consulted
        )
        if let marks = self.known[key] { return marks }
        let marks = PolicyMarks(policy)
        self.known[key] = marks
        return marks
    }
}
