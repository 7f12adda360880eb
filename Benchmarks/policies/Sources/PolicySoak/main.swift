import PolicyDSL

/// Compares the compiled evaluator with the reference on random cells of random sets.
///
/// Usage: `PolicySoak [CELLS] [SEED]`
let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
let wanted = arguments.first ?? 10_000_000
let seed = arguments.dropFirst().first ?? 1
var random = SeededGenerator(seed: seed)
var compared: UInt64 = 0
var sets = 0
while compared < wanted {
    let resolved = random.policySet(policies: random.number(0...6))
    let reference = ReferenceEvaluator(resolved)
    let compiled = PolicySet(resolved)
    let cells = SessionCells(resolved.policies, around: SeededGenerator.now)
    sets += 1
    for session in cells.sample(400) {
        let request = random.request()
        let own = compiled.decide(
            request,
            session.principal,
            directory: session.directory,
            now: session.now
        )
        compared += 1
        guard own == reference.decide(request, session) else {
            print("the evaluators disagree: seed \(seed), set \(sets), \(request), \(session)")
            print("\(resolved)")
            throw Disagreement()
        }
    }
}
print("\(compared) cells of \(sets) sets: the evaluators agree on every one")

struct Disagreement: Error {}
