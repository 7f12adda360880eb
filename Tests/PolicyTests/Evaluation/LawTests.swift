import PolicyDSL
import Testing

/// The laws, on seeded random sets.
@Suite struct LawTests {
    @Test("the order of items and their repetition mean nothing", arguments: 0..<4 as Range<UInt64>)
    func orderAndDuplicates(seed: UInt64) {
        Self.forEach(seed) { resolved, question, random in
            var other = resolved
            other.policies.shuffle(using: &random)
            other.admits = (other.admits + other.admits).shuffled(using: &random)
            for index in other.policies.indices {
                other.policies[index].routes += other.policies[index].routes.reversed()
            }
            return question.decision(of: PolicySet(other))
                == question.decision(of: PolicySet(resolved))
        }
    }

    @Test("adding an enforced policy never lowers the outcome", arguments: 0..<4 as Range<UInt64>)
    func monotone(seed: UInt64) {
        Self.forEach(seed) { resolved, question, random in
            var more = resolved
            more.policies.append(random.policy("added"))
            return question.decision(of: PolicySet(more)).outcome
                >= question.decision(of: PolicySet(resolved)).outcome
        }
    }

    @Test("a monitor never changes what is enforced", arguments: 0..<4 as Range<UInt64>)
    func monitors(seed: UInt64) {
        Self.forEach(seed) { resolved, question, random in
            var more = resolved
            var monitor = random.policy("added")
            monitor.mode = .monitor(since: SeededGenerator.now)
            more.policies.append(monitor)
            let (with, without) = (
                question.decision(of: PolicySet(more)), question.decision(of: PolicySet(resolved))
            )
            return with.enforced == without.enforced && with.outcome == without.outcome
                && with.needs == without.needs && with.advice == without.advice
        }
    }

    @Test(
        "what a completion of an Unknown would refuse, the Unknown refuses",
        arguments: 0..<4 as Range<UInt64>
    )
    func pessimism(seed: UInt64) {
        Self.forEach(seed) { resolved, question, random in
            var set = resolved
            set.pages = Pages()
            var unknown = question
            unknown.directory = .known(random.facts())
            let completed = unknown.completed(&random)
            let compiled = PolicySet(set)
            return completed.decision(of: compiled).outcome == .allow
                || unknown.decision(of: compiled).outcome > .allow
        }
    }

    @Test("what is not consulted cannot change a decision", arguments: 0..<4 as Range<UInt64>)
    func consultation(seed: UInt64) {
        Self.forEach(seed) { resolved, question, random in
            let set = PolicySet(resolved)
            let consulted = question.consultedFacts(of: set)
            let decision = question.decision(of: set)
            guard consulted.isEmpty else { return consulted.isSuperset(of: decision.needs) }
            var other = question
            other.directory = random.directory()
            let another = other.decision(of: set)
            return another.outcome == decision.outcome && another.enforced == decision.enforced
        }
    }

    @Test("an outcome is the hardest of its entries", arguments: 0..<4 as Range<UInt64>)
    func evidence(seed: UInt64) {
        Self.forEach(seed) { resolved, question, _ in
            let decision = question.decision(of: PolicySet(resolved))
            let sides = [
                (decision.outcome, decision.enforced),
                (decision.projected.outcome, decision.projected.entries),
            ]
            return decision.needs.isSuperset(of: decision.unknown)
                && sides.allSatisfy { outcome, entries in
                    outcome == entries.map(\.remedy).max() ?? .allow && entries == entries.sorted()
                }
        }
    }

    @Test(
        "a decision that was remembered is the one that would be made anew",
        arguments: 0..<4 as Range<UInt64>
    )
    func memory(seed: UInt64) {
        Self.forEach(seed) { resolved, question, random in
            let set = PolicySet(resolved)
            let prepared = set.prepare(question.principal)
            var memo = DecisionMemo()
            return (0..<30).allSatisfy { _ in
                var asked = question
                if random.number(0...1) == 0 { asked.request = random.request() }
                if random.number(0...2) == 0 { asked.directory = random.directory() }
                let seconds = Int64(random.number(-200_000...200_000))
                asked.now = Instant(microseconds: question.now.microseconds + seconds * 1_000_000)
                let route = set.route(asked.request)
                let needs = set.consultedFacts(
                    route,
                    prepared,
                    now: asked.now,
                    remembering: &memo
                )
                let decision = set.decide(
                    route,
                    prepared,
                    directory: asked.directory,
                    now: asked.now,
                    remembering: &memo
                )
                return decision == asked.decision(of: set)
                    && needs == asked.consultedFacts(of: set)
            }
        }
    }

    private static func forEach(
        _ seed: UInt64,
        _ law: (ResolvedPolicySet, Question, inout SeededGenerator) -> Bool
    ) {
        var random = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<60 {
            let resolved = random.policySet(policies: random.number(0...4))
            let question = Question(&random)
            let holds = law(resolved, question, &random)
            if !holds { Issue.record("\(question) of \(resolved)") }
        }
    }
}

extension Question {
    /// The same question with every Unknown of the directory and of the host answered.
    fileprivate func completed(_ random: inout SeededGenerator) -> Question {
        var question = self
        guard case .known(var facts) = self.directory else { return self }
        while case .unknown = facts.created { facts.created = random.facts().created }
        while case .unknown = facts.factors { facts.factors = random.facts().factors }
        question.directory = .known(facts)
        if case .unknown = self.request.host { question.request.host = .known("a.example") }
        return question
    }
}
