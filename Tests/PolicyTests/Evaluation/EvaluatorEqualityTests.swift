import PolicyDSL
import Testing

@Suite struct EvaluatorEqualityTests {
    @Test(
        "compiled and reference evaluators agree on random sets",
        arguments: 0..<8 as Range<UInt64>
    )
    func randomSets(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<8 {
            let resolved = random.policySet(policies: random.number(0...6))
            let reference = ReferenceEvaluator(resolved)
            let compiled = PolicySet(resolved)
            for _ in 0..<40 {
                let question = Question(&random)
                let isAgreed =
                    question.decision(of: compiled) == question.decision(of: reference)
                    && question.consultedFacts(of: compiled)
                        == question.consultedFacts(of: reference)
                if !isAgreed { Issue.record("\(question) of \(resolved)") }
            }
        }
    }
}

/// One request of one session.
struct Question {
    var request: AccessRequest
    var principal: Principal
    var directory: DirectoryAnswer
    var now = SeededGenerator.now

    init(_ random: inout SeededGenerator) {
        self.request = random.request()
        self.principal = random.principal()
        self.directory = random.directory()
    }

    func decision(of set: PolicySet) -> Decision {
        set.decide(self.request, self.principal, directory: self.directory, now: self.now)
    }

    func decision(of reference: ReferenceEvaluator) -> Decision {
        let session = Session(principal: self.principal, directory: self.directory, now: self.now)
        return reference.decide(self.request, session)
    }

    func consultedFacts(of set: PolicySet) -> FactNeeds {
        set.consultedFacts(set.route(self.request), set.prepare(self.principal), now: self.now)
    }

    func consultedFacts(of reference: ReferenceEvaluator) -> FactNeeds {
        reference.consultedFacts(self.request, self.principal, now: self.now)
    }
}
