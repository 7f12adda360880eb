/// Tells the answers to a persona's sessions apart, far faster than by making every decision.
struct CellReader {
    /// What is held against a session, and how it was begun: sessions that share it get the same
    /// decision and are sent on the same way.
    struct Signature: Hashable {
        let marks: [UInt64]
        let signIns: MethodSet
    }

    private let set: PolicySet
    private let route: Route
    private let filters: [Bool]

    init(_ set: PolicySet, _ route: Route, _ persona: Persona) {
        self.set = set
        self.route = route
        self.filters = set.prepare(persona.session.principal).token.filters
    }

    func signature(of session: Session) -> Signature {
        let token = TokenAnswers(session.principal, filters: self.filters)
        let question = PolicyQuestion(token, session.directory, session.now)
        let program = self.set.program
        var marks: [UInt64] = []
        for (number, scope) in program.survey(self.route, question).unsettled {
            let policy = program.policies[number]
            let phase = policy.phase(at: session.now)
            for hasEnded in policy.grace == nil ? [true] : [true, false] {
                let assessment = policy.assess(
                    session,
                    scope: scope,
                    graceHasEnded: hasEnded,
                    texts: program.demandTexts[number]
                )
                let flags: UInt64 = (phase == .enforced ? 1 : 0) + (hasEnded ? 2 : 0)
                marks += assessment.entries.map { entry in
                    UInt64(number) << 32 | flags << 28 | UInt64(entry.remedy.rawValue) << 24
                        | UInt64(entry.using.factors.rawValue) << 16
                        | UInt64(entry.using.methods.rawValue)
                }
            }
        }
        let proven = session.principal.proofs.methods
        let signIns = marks.isEmpty ? [] : proven.intersection(.firstFactor)
        return Signature(marks: marks.count > 1 ? marks.sorted() : marks, signIns: signIns)
    }

    func answer(to session: Session) -> Decision {
        self.set.decide(
            self.route,
            self.set.prepare(session.principal),
            directory: session.directory,
            now: session.now
        )
    }
}
