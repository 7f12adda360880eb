import Dispatch
import Foundation
import PolicyDSL

guard let policies = CommandLine.arguments.dropFirst().first else {
    print("usage: PolicyBenchmark FOLDER   (the folder of the shipped policies)")
    exit(1)
}
let now = Instant(microseconds: 1_795_000_000_000_000)

// Reading.
let thousand = SampleSets.text(policies: 1_000)
report(
    "parse and check 1,000 policies",
    median { SampleSets.reading(thousand).policySet != nil } / 1_000,
    "ms",
    limit: 50
)

// Deciding.
var proofs = Proofs()
proofs.insert(.password, at: Instant(microseconds: now.microseconds - 600_000_000))
proofs.insert(.totp, at: Instant(microseconds: now.microseconds - 60_000_000))
let principal = Principal(
    .user,
    assurance: .aal2,
    proofs: proofs,
    signInAt: Instant(microseconds: now.microseconds - 600_000_000),
    hasMethodEntries: true,
    hasTimedEntries: true,
    id: "0b9a3c1e"
)
let facts = UserFacts(
    created: .known(Instant(microseconds: 1_700_000_000_000_000)),
    factors: .known(FactorCounts(totp: 1))
)
for count in [3, 100, 1_000] {
    guard let set = SampleSets.reading(SampleSets.text(policies: count)).policySet else { exit(1) }
    let prepared = set.prepare(principal)
    let path = Array("/area-\(count / 2)/items/17".utf8)
    let method = Array("POST".utf8)
    let host = Array("app.example.com".utf8)
    let cost = median(rounds: 31, calls: 20_000) {
        let route = set.route(
            method: method.span,
            path: path.span,
            host: host.span,
            isUpgrade: false
        )
        let decision = set.decide(route, prepared, directory: .known(facts), now: now)
        return decision.outcome == .allow
    }
    report("decision, \(count) policies", cost, "µs", limit: count == 100 ? 1 : nil)
}

// Proving, on all processors.
let sideBySide: AnalysisSummary.Runner = {
    DispatchQueue.concurrentPerform(iterations: $0, execute: $1)
}
let file = policies + "/worked/ledger.policy"
guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
    print("cannot read \(file)")
    exit(1)
}
let worked = PolicyReading([PolicySource(name: "ledger.policy", text: text)])
reportProof("analyze the worked example", limit: 1) {
    AnalysisSummary(worked, now: now, limits: .init(), run: sideBySide)?
        .limitation == nil
}
let hundred = SampleSets.reading(SampleSets.text(policies: 100))
reportProof("analyze 100 policies", limit: 60) {
    AnalysisSummary(hundred, now: now, limits: .init(), run: sideBySide)?
        .limitation == nil
}
if let old = worked.policySet {
    let difference = median(rounds: 3) { PolicyDiff(from: old, to: old, now: now).isExhaustive }
    report("diff of the worked example with itself", difference / 1e6, "s")
}
