/// One thing that stopped a case: where it is written, and the facts that it looked at.
package struct TestGround: Sendable {
    package let entry: Entry
    /// The facts that the demand or the subject of the policy depends on, in words.
    package let facts: [String]
    /// The item that the policy is; nil where admission was refused.
    private let policy: SourceSpan?
    /// Which of the policy's demands it is; nil of a denial.
    private let number: Int?

    init(_ entry: Entry, _ policy: Policy?, _ facts: TestFacts) {
        self.entry = entry
        self.policy = policy?.span
        let demands = policy?.rule.demands ?? []
        let number = demands.firstIndex { $0.description == entry.demand }
        self.number = number
        let consulted =
            number.map { demands[$0].facts(facts) } ?? policy?.subject.facts(facts) ?? []
        let remedy = [Outcome.enroll, .stepUp].contains(entry.remedy) ? [facts.factorWords] : []
        self.facts = (consulted + remedy).reduce(into: []) { words, word in
            if !words.contains(word) { words.append(word) }
        }
    }

    /// The words that ask, in the sources of the set.
    func place(in sources: [PolicySource]) -> SourceSpan? {
        guard let span = self.policy, sources.indices.contains(span.source) else { return nil }
        let tree = ParsedSource(sources[span.source], index: span.source).tree
        guard case .policy(let policy)? = tree.items.first(where: { $0.span == span })?.value else {
            return nil
        }
        guard let number = self.number else {
            return policy.clauses.first { $0.value == .deny }?.span ?? policy.name.span
        }
        let demands = policy.clauses.compactMap { clause in
            if case .require(let demand) = clause.value { demand.span } else { nil }
        }
        return demands.indices.contains(number) ? demands[number] : policy.name.span
    }
}

extension Demand {
    /// What the demand looks at, as the test says it.
    fileprivate func facts(_ facts: TestFacts) -> [String] {
        switch self {
        case .secondLevel(let isConfirmed, let within):
            let proofs = within == nil ? [] : facts.proofWords(of: .secondFactor)
            return [facts.levelWord] + proofs + (isConfirmed ? [facts.factorWords] : [])
        case .signIn: return facts.proofWords(of: .firstFactor)
        case .methods(let list): return list.methods.methods.map(facts.proofWord)
        case .all(let parts), .any(let parts): return parts.flatMap { $0.facts(facts) }
        }
    }
}

extension Subject {
    fileprivate func facts(_ facts: TestFacts) -> [String] {
        [facts.subjectClass.word]
            + self.filters.map { filter in
                switch filter {
                case .createdBefore, .createdOnOrAfter: facts.createdWords
                case .noVerified, .verified: facts.factorWords
                case .role: facts.role.map { "role \"\($0)\"" } ?? "no role"
                case .id: facts.id.map { "id \"\($0)\"" } ?? "no id"
                case .claim(let path, _):
                    facts.claims[path].map { values in
                        "claim \(path) " + values.map { "\"\($0)\"" }.joined(separator: ", ")
                    } ?? "no claim \(path)"
                }
            }
    }
}

extension TestFacts {
    var levelWord: String { (self.level ?? .aal1) == .aal1 ? "aal1" : "aal2" }

    var factorWords: String {
        guard let factors = self.factors else { return "factors unknown" }
        let types = factors.types.map(\.rawValue)
        return types.isEmpty ? "no factors" : "factors " + types.joined(separator: ", ")
    }

    var createdWords: String { self.created.map { "created \($0)" } ?? "created unknown" }

    fileprivate func proofWord(of method: AuthenticationMethod) -> String {
        guard let ago = self.methods[method] else { return "no \(method.word)" }
        return method.word + (ago.map { " \($0) ago" } ?? " at an unknown time")
    }

    /// The proofs of a kind; that there are none is worth saying too.
    fileprivate func proofWords(of kind: MethodSet) -> [String] {
        let proven = kind.methods.filter { self.methods[$0] != nil }
        guard proven.isEmpty else { return proven.map(self.proofWord) }
        return [kind == .firstFactor ? "no sign-in" : "no second factor"]
    }
}
