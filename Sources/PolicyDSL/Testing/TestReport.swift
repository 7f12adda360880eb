/// What came of running the tests of a set.
package struct TestReport: Sendable {
    /// How many cases went as expected.
    package var passed = 0
    package var failures: [TestFailure] = []

    package var hasFailed: Bool {
        !self.failures.isEmpty
    }
}

/// One case that went otherwise than its author expected.
package struct TestFailure: Sendable {
    package var test: String
    /// The case, counted from one within its test.
    package var number: Int
    package var expected: Spanned<Outcome>
    package var decision: Decision
    /// The policies the case names that did not decide.
    package var bystanders: [Spanned<String>]
    /// What stopped the case, each with the facts that it looked at.
    package var grounds: [TestGround]
    package var facts: TestFacts
    package var request: AccessRequest
    package var now: Instant
    package var span: SourceSpan
}

extension PolicySet {
    /// Runs `tests`; those that name no instant run at `now`.
    package func run(_ tests: [PolicyTest], at now: Instant) -> TestReport {
        var report = TestReport()
        for test in tests {
            for example in test.cases {
                if let failure = self.failure(of: example, in: test, at: test.now ?? now) {
                    report.failures.append(failure)
                } else {
                    report.passed += 1
                }
            }
        }
        return report
    }

    private func failure(
        of example: PolicyTest.Case,
        in test: PolicyTest,
        at now: Instant
    ) -> TestFailure? {
        let decision = self.decide(
            test.request,
            example.facts.principal(at: now),
            directory: example.facts.directory,
            now: now
        )
        // A policy decided if nothing less than its own remedy would have been enough.
        let deciders = decision.enforced.filter { $0.remedy == decision.outcome }
        let bystanders = example.policies.filter { policy in
            !deciders.contains { $0.policy == policy.value }
        }
        guard decision.outcome != example.expected.value || !bystanders.isEmpty else { return nil }
        return TestFailure(
            test: test.title.value,
            number: example.number,
            expected: example.expected,
            decision: decision,
            bystanders: bystanders,
            grounds: decision.enforced.map { entry in
                TestGround(entry, self.policy(named: entry.policy ?? ""), example.facts)
            },
            facts: example.facts,
            request: test.request,
            now: now,
            span: example.span
        )
    }
}
