import Testing

@testable import PolicyDSL

@Suite struct CellReaderTests {
    /// What an answer comes down to, reasons left out.
    private struct Answer: Hashable {
        struct Held: Hashable {
            let policy: String?
            let remedy: Outcome
            let using: Means
        }

        let outcome: Outcome
        let enforced: Set<Held>
        let projected: Set<Held>

        init(_ decision: Decision) {
            self.outcome = decision.outcome
            self.enforced = Self.held(decision.enforced)
            self.projected = Self.held(decision.projected.entries)
        }

        private static func held(_ entries: [Entry]) -> Set<Held> {
            Set(entries.map { Held(policy: $0.policy, remedy: $0.remedy, using: $0.using) })
        }
    }

    @Test("sessions that share a signature get the same answer", arguments: 0..<8 as Range<UInt64>)
    func signatures(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let resolved = random.policySet(policies: random.number(1...4))
        let set = PolicySet(resolved)
        var memory = MarksMemory()
        for atom in RouteAtoms(resolved).atoms.prefix(4) {
            let route = set.route(atom.request)
            let moments = SeededGenerator.now.onwards
            for persona in Personas(atom.policies, during: moments, isAnswered: true).personas {
                let applying = persona.applying.map { atom.policies[$0] }
                let isAnonymous = persona.session.principal.subjectClass == .visitor
                let cells = SessionCells(axes: isAnonymous ? [] : Mentions(applying).proofAxes)
                var reader = CellReader(applying, persona, cells, &memory)
                let readings = applying.compactMap { ProofReading($0.rule) }
                let parts = cells.parts(of: persona.session)
                var answers: [CellReader.Signature: Answer] = [:]
                for index in cells.indices(150) {
                    let session = cells.session(at: index, from: persona.session)
                    let answer = Answer(set.decide(route, session))
                    let choices = cells.numbers(at: index)
                    let signature = reader.signature(ofCell: index, choices)
                    for reading in readings {
                        let bits = zip(parts, choices).map { reading.bits(of: $0[$1]) }
                        let whole = bits.reduce(reading.bits(of: persona.session), |)
                        #expect(reading.bits(of: session) == whole)
                    }
                    #expect(answers[signature, default: answer] == answer)
                    answers[signature] = answer
                }
            }
        }
    }

    @Test("a demand with more questions than there are bits is read cell by cell")
    func manyQuestions() throws {
        let periods = (1...12).map { "first-factor within \($0) hours" }
        let demand = periods.joined(separator: " or ")
        let set = try sound(.fixture("policy p { for users require \(demand) }"))
        let policy = try #require(set.resolved.policies.first)
        #expect(ProofReading(policy.rule) == nil)
        #expect(PolicyAnalysis(set, now: .lintNow, limits: .init(cells: 500)).cells > 0)
    }

    @Test("however many sessions a policy tells apart, a table of them stays small")
    func hostile() throws {
        let methods = ["password", "otp", "magiclink", "oauth", "saml", "web3", "totp", "sms"]
        let demands = methods.flatMap { method in
            (1...300).map { "\(method) within \($0) minutes" }
        }
        let text = demands.joined(separator: " or ")
        let set = try sound(.fixture("policy p { for users require \(text) }"))
        let analysis = PolicyAnalysis(set, now: .lintNow, limits: .init(cells: 50))
        #expect(!analysis.isExhaustive)
    }
}
