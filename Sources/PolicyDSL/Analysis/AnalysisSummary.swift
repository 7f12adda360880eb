internal import Synchronization

/// Everything that the analysis of a set has to say.
package struct AnalysisSummary: Sendable {
    /// What a silent directory blocks.
    package struct Outage: Sendable {
        package let policy: String
        package let route: String
        package let sessions: String
        package let outcome: Outcome
        package let witness: Witness
    }

    /// What a date, or the promotion of a monitor, changes.
    package struct Turn: Sendable {
        package let title: String
        package let changes: [PolicyDiff.Change]
    }

    package let findings: [Finding]
    package let outages: [Outage]
    package let dates: [Turn]
    package let monitors: [Turn]
    package let atoms: Int
    package let cells: Int
    /// Why the findings may be incomplete; nil where they are not.
    package let limitation: String?

    /// Runs jobs `0..<count`, in any order or side by side, and returns when all are done.
    package typealias Runner = (_ count: Int, _ job: @Sendable (Int) -> Void) -> Void

    /// One job after the other.
    package static func oneByOne(_ count: Int, _ job: @Sendable (Int) -> Void) {
        for number in 0..<count { job(number) }
    }

    /// Analyses a set that is sound; nil where it is not.
    ///
    /// - `run`: how the set itself, the dates and the monitors, which have nothing to do with each
    ///   other, are looked at.
    package init?(
        _ reading: PolicyReading,
        now: Instant,
        limits: PolicyAnalysis.Limits,
        run: Runner = Self.oneByOne
    ) {
        guard let set = reading.policySet else { return nil }
        let dates = set.turns(after: now)
        let monitors = set.resolved.policies.filter { $0.mode != .enforce }
        let seen = Mutex<(subject: LintSubject?, turns: [Int: Turn])>((nil, [:]))
        run(1 + dates.count + monitors.count) { number in
            guard number > 0 else {
                let options = Lint.Options(limits: limits)
                let subject = LintSubject(reading, set, now: now, options: options)
                return seen.withLock { $0.subject = subject }
            }
            let turn =
                number <= dates.count
                ? Turn(set, at: dates[number - 1], limits)
                : Turn(promoting: monitors[number - 1 - dates.count], in: set, now, limits)
            seen.withLock { $0.turns[number] = turn }
        }
        guard let subject = seen.withLock({ $0.subject }) else { return nil }
        let analysis = subject.analysis
        let found = AnalysisFindings(subject).all + subject.undemandedRoutes
        self.findings = Suppressions(reading).applied(to: found).kept.sorted { left, right in
            let (first, second) = (left.diagnostic.span, right.diagnostic.span)
            return (first.source, first.start) < (second.source, second.start)
        }
        self.outages = analysis.record.outages.map { outage in
            Outage(
                policy: outage.policy,
                route: outage.sighting.request.words,
                sessions: outage.sighting.group.description,
                outcome: outage.remedy,
                witness: outage.sighting.witness
            )
        }
        self.atoms = analysis.atoms.count
        self.cells = analysis.cells
        self.limitation = analysis.limitation
        let turns = seen.withLock { $0.turns }
        self.dates = (1...).prefix(dates.count).compactMap { turns[$0] }
        self.monitors = ((1 + dates.count)...).prefix(monitors.count).compactMap { turns[$0] }
    }
}

extension AnalysisSummary {
    /// The summary as people read it.
    package var text: String {
        var lines = [
            "\(self.atoms) kinds of routes, \(self.cells) sessions: "
                + (self.limitation ?? "exhaustive")
        ]
        lines += self.outages.map { outage in
            "while the directory is silent, \(Spelling.quoted(outage.policy)) answers "
                + "\(outage.outcome.word) to \(outage.sessions), as on \(outage.route)"
        }
        for turn in self.dates + self.monitors {
            lines.append("\(turn.title):" + (turn.changes.isEmpty ? " no answer changes" : ""))
            lines += turn.changes.map { "    \($0.sentence)" }
        }
        return lines.map { Spelling.shown($0) + "\n" }.joined()
    }
}

extension AnalysisSummary.Turn {
    /// What the moment itself changes: the set as it is just before, and from then on.
    fileprivate init(_ set: PolicySet, at turn: Instant, _ limits: PolicyAnalysis.Limits) {
        let before = turn.retreated(by: Period(microseconds: 1))
        let diff = PolicyDiff(
            from: set.frozen(at: before, until: turn),
            to: set.frozen(at: turn, until: turn),
            during: turn...turn,
            limits: limits
        )
        self.title = "from \(turn) on"
        self.changes = diff.changes
    }

    /// What enforcing a monitor changes.
    fileprivate init(
        promoting policy: Policy,
        in set: PolicySet,
        _ now: Instant,
        _ limits: PolicyAnalysis.Limits
    ) {
        var promoted = set.resolved
        for index in promoted.policies.indices where promoted.policies[index].name == policy.name {
            promoted.policies[index].mode = .enforce
        }
        let diff = PolicyDiff(from: set, to: PolicySet(promoted), now: now, limits: limits)
        self.title = "enforcing `\(policy.name)`"
        self.changes = diff.changes
    }
}

extension PolicySet {
    /// The moments to come at which a policy starts or ends, or a grace that began with it does.
    fileprivate func turns(after now: Instant) -> [Instant] {
        let all = self.resolved.policies.flatMap { policy -> [Instant] in
            let ends = policy.until.map { $0.advanced(by: Period(microseconds: 1)) }
            return [policy.from, ends, policy.graceEnd].compactMap(\.self)
        }
        return Set(all).filter { $0 > now }.sorted()
    }

    /// The set as it stands at a moment, without dates to come; a grace that runs still runs at
    /// `turn`, and ends right after.
    fileprivate func frozen(at moment: Instant, until turn: Instant) -> PolicySet {
        var frozen = self.resolved
        frozen.policies = frozen.policies.compactMap { policy in
            guard policy.from.map({ $0 <= moment }) ?? true,
                policy.until.map({ moment <= $0 }) ?? true
            else { return nil }
            var policy = policy
            policy.until = nil
            guard let end = policy.graceEnd, moment < end else {
                policy.from = nil
                if policy.grace?.anchor == .start { policy.grace = nil }
                return policy
            }
            policy.from = turn
            policy.grace = .init(Period(seconds: 1), after: .start)
            return policy
        }
        return PolicySet(frozen)
    }
}

extension Policy {
    fileprivate var graceEnd: Instant? {
        guard let grace, grace.anchor == .start else { return nil }
        return self.from?.advanced(by: grace.period)
    }
}
