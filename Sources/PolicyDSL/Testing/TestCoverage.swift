/// How much of a set its tests have seen.
package struct TestCoverage: Sendable {
    /// The policies that a case has seen stop somebody, and another let somebody pass.
    package let policies: Share
    /// The answers: what each policy asks of a class of callers, taken together.
    package let cells: Share
    /// The policies that are not seen both ways.
    package let unseen: [String]
    package let mutants: Int
    package let survivors: [Mutant]

    /// So many of so many; of none, all.
    package struct Share: Equatable, Sendable {
        package let part: Int
        package let whole: Int

        package init(part: Int, whole: Int) {
            self.part = part
            self.whole = whole
        }

        package var ratio: Double { self.whole == 0 ? 1 : Double(self.part) / Double(self.whole) }
    }

    /// What the tests of `set` see; those that name no instant run at `now`.
    package init(_ set: PolicySet, _ tests: [PolicyTest], at now: Instant) {
        let sight = TestSight(set, tests, at: now)
        let names = set.resolved.policies.map(\.name)
        let seen = names.filter { sight.passing.contains($0) && sight.failing.contains($0) }
        let earliest = tests.compactMap(\.now).min().map { min($0, now) } ?? now
        let answers = PolicyAnalysis(set, now: earliest).record.answers
        let mutants = Mutant.all(of: set.resolved)
        self.policies = Share(part: seen.count, whole: names.count)
        self.cells = Share(part: sight.answers.intersection(answers).count, whole: answers.count)
        self.unseen = names.filter { !seen.contains($0) }
        self.mutants = mutants.count
        self.survivors = mutants.filter { !$0.isKilled(by: tests, at: now) }
    }
}

/// What a set asks of a class of callers, whatever the route.
struct CellName: Hashable, Sendable {
    private let subjectClass: SubjectClass
    private let remedies: [String: Outcome]

    init(_ subjectClass: SubjectClass, _ decision: Decision) {
        self.subjectClass = subjectClass
        self.remedies = Dictionary(
            decision.enforced.map { ($0.policy ?? "", $0.remedy) },
            uniquingKeysWith: max
        )
    }
}
