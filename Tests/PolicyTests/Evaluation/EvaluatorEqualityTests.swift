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
