internal import JSON
internal import PolicyDSL

/// What becomes of yesterday's requests under other policies.
struct ReplayTally {
    /// Answers that change alike.
    struct Change: Hashable {
        let from: Outcome
        let to: Outcome
        /// The policy that decides; nil where admission does.
        let policy: String?
        let route: String

        var kind: String {
            switch self.to {
            case .allow: "let through"
            case .enroll, .stepUp, .reauthenticate: "asked"
            case .unauthenticated, .unavailable, .deny: "refused"
            }
        }
    }

    struct Count {
        var records = 0
        /// The ids of the first decisions.
        var samples: [String] = []
    }

    private let policies: PolicySet
    private(set) var records = 0
    private(set) var changed = 0
    /// Records that hang on a role or a claim, which no log holds.
    private(set) var undecided = 0
    private(set) var counts: [Change: Count] = [:]

    /// The most kinds of change that are told apart.
    static let mostChanges = 10_000

    init(_ policies: PolicySet) {
        self.policies = policies
    }

    mutating func add(_ record: ReplayRecord) {
        self.records += 1
        guard let principal = record.principal else { return }
        let route = self.policies.route(record.request)
        if self.policies.readsUnrecordedClaims(of: principal, on: record.request) {
            self.undecided += 1
            return
        }
        let decision = self.policies.decide(
            route,
            self.policies.prepare(principal),
            directory: record.directory,
            now: record.time
        )
        guard decision.outcome != record.outcome else { return }
        self.changed += 1
        let change = Change(
            from: record.outcome,
            to: decision.outcome,
            policy: decision.determining?.policy,
            route: Self.route(record.request)
        )
        guard self.counts[change] != nil || self.counts.count < Self.mostChanges else { return }
        self.counts[change, default: Count()].records += 1
        if self.counts[change, default: Count()].samples.count < 3 {
            self.counts[change]?.samples.append(record.decision)
        }
    }

    /// The changes, the most frequent first.
    var sorted: [(change: Change, count: Count)] {
        self.counts.map { ($0.key, $0.value) }.sorted { left, right in
            (right.1.records, left.0.route, left.0.policy ?? "", left.0.to)
                < (left.1.records, right.0.route, right.0.policy ?? "", right.0.to)
        }
    }

    // Ids stand deep in paths; the first segment tells the part of the app.
    private static func route(_ request: AccessRequest) -> String {
        let segments = request.path.utf8.split(separator: UInt8(ascii: "/"))
        guard let first = segments.first else { return "\(request.method) /" }
        let rest = segments.count > 1 ? "/**" : ""
        return "\(request.method) /\(String(Substring(first)))\(rest)"
    }
}

extension ReplayTally {
    var text: String {
        var lines = ["\(self.records) records, \(self.changed) with another answer"]
        if self.undecided > 0 {
            lines.append("\(self.undecided) hang on a role or a claim, which the log does not hold")
        }
        for (change, count) in self.sorted {
            let policy = change.policy.map { " by \($0)" } ?? ""
            lines.append(
                "  \(count.records) \(change.kind)\(policy) on \(change.route): "
                    + "\(change.from.word) becomes \(change.to.word)"
                    + " (such as \(count.samples.joined(separator: ", ")))"
            )
        }
        return lines.map { $0 + "\n" }.joined()
    }

    var json: JSONValue {
        [
            "records": .integer(Int64(self.records)),
            "changed": .integer(Int64(self.changed)),
            "undecided": .integer(Int64(self.undecided)),
            "changes": .array(
                self.sorted.map { change, count in
                    [
                        "change": .string(change.kind),
                        "from": .string(change.from.word),
                        "to": .string(change.to.word),
                        "policy": change.policy.map(JSONValue.string) ?? .null,
                        "route": .string(change.route),
                        "count": .integer(Int64(count.records)),
                        "samples": .array(count.samples.map(JSONValue.string)),
                    ]
                }
            ),
        ]
    }
}
