// GK223: a policy that no test has seen both ways may say something else than was meant.
extension LintSubject {
    var untestedPolicies: [Finding] {
        let sight = TestSight(self.set, self.reading.tests, at: self.now)
        return self.policies.compactMap { written in
            let name = written.name.value
            let lacks = [
                sight.passing.contains(name) ? nil : "one that it lets pass",
                sight.failing.contains(name) ? nil : "one that it stops",
            ].compactMap(\.self)
            guard !lacks.isEmpty else { return nil }
            return Finding(
                Diagnostic(
                    .untestedPolicy,
                    severity: .warning,
                    at: written.name.span,
                    "policy \(Spelling.quoted(name)) lacks a test case: "
                        + lacks.joined(separator: ", and "),
                    help: "write a `test` on its route, with a case of each kind"
                )
            )
        }
    }
}

/// Which policies the tests of a set have seen at work.
struct TestSight {
    /// Those in scope of a case that they asked nothing of.
    private(set) var passing: Set<String> = []
    /// Those that asked for something.
    private(set) var failing: Set<String> = []
    private(set) var answers: Set<CellName> = []

    init(_ set: PolicySet, _ tests: [PolicyTest], at now: Instant) {
        for test in tests {
            let now = test.now ?? now
            let route = ReferenceRoute(test.request)
            let inScope = set.resolved.policies.filter { route.scope(of: $0.routes) > .no }
            for example in test.cases {
                let decision = set.decide(
                    test.request,
                    example.facts.principal(at: now),
                    directory: example.facts.directory,
                    now: now
                )
                self.answers.insert(CellName(example.facts.subjectClass, decision))
                let entries = decision.enforced + decision.projected.entries
                let stopping = Set(entries.compactMap(\.policy))
                self.failing.formUnion(stopping)
                self.passing.formUnion(inScope.map(\.name).filter { !stopping.contains($0) })
            }
        }
    }
}
