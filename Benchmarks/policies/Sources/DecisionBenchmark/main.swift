import Glibc
import PolicyDSL

// Prints the median of a decision's time in nanoseconds, route look-up included, for a session
// that 100 policies on the route allow. The argument is the number of rounds of 1,000 decisions:
// two runs of different length tell what one decision allocates.

/// Processor time of this thread in nanoseconds: it hardly depends on what else the machine does.
func processorTime() -> Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

let policies = (0..<100).map { number in
    "policy p\(number) { for users on /api/** require aal2 within \(number + 60) minutes }"
}
let source = PolicySource(
    name: "benchmark",
    text: "gatekeeper 1\nadmit users\n" + policies.joined(separator: "\n")
)
guard let set = PolicyReading([source]).policySet else { exit(1) }

let now = Instant(microseconds: 1_790_000_000_000_000)
var proofs = Proofs()
proofs.insert(.totp, at: Instant(microseconds: now.microseconds - 60_000_000))
let principal = set.prepare(
    Principal(.user, assurance: .aal2, proofs: proofs, hasMethodEntries: true)
)
let facts = UserFacts(created: .known(now), factors: .known(FactorCounts(totp: 1)))
let method = Array("GET".utf8)
let path = Array("/api/items".utf8)
let host = Array("api.example.com".utf8)

/// One decision the way the proxy asks for it.
func allows() -> Bool {
    let route = set.route(method: method.span, path: path.span, host: host.span, isUpgrade: false)
    _ = set.consultedFacts(route, principal, now: now)
    return set.decide(route, principal, directory: .known(facts), now: now).outcome == .allow
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 500
var samples: [Int] = []
samples.reserveCapacity(rounds)
for _ in 0..<rounds {
    let start = processorTime()
    for _ in 0..<1_000 {
        guard allows() else { exit(1) }
    }
    samples.append(processorTime() - start)
}
samples.sort()
print(samples[rounds / 2] / 1_000)
