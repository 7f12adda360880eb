// GK213, GK214: dates that time has overtaken.
extension LintSubject {
    /// GK213: a monitor is a question; after three months it has been answered.
    var oldMonitors: [Finding] {
        self.policies.compactMap { written in
            guard case .monitor(let since) = written.policy.mode,
                since.advanced(by: Period(seconds: 90 * 86_400)) < self.now
            else { return nil }
            return Finding(
                Diagnostic(
                    .oldMonitor,
                    severity: .warning,
                    at: written.place { if case .monitor = $0 { true } else { false } },
                    "policy \(Spelling.quoted(written.name.value)) has been a monitor "
                        + "for more than 90 days",
                    help: "enforce it, or take it away; `analyze` says what enforcing changes"
                )
            )
        }
    }

    /// GK214: what is over does nothing, and neither does a start that has passed.
    var pastDates: [Finding] {
        self.policies.compactMap { written in
            let policy = written.policy
            let place = written.place { if case .period = $0 { true } else { false } }
            if let until = policy.until, until < self.now {
                return Finding(
                    Diagnostic(
                        .pastDate,
                        severity: .warning,
                        at: place,
                        "policy \(Spelling.quoted(written.name.value)) is over since \(until)",
                        help: "take it away"
                    )
                )
            }
            guard let from = policy.from, from < self.now, policy.until == nil,
                !self.isInGrace(policy, from)
            else { return nil }
            return Finding(
                Diagnostic(
                    .pastDate,
                    severity: .warning,
                    at: place,
                    "policy \(Spelling.quoted(written.name.value)) began at \(from)",
                    help: "the `from` does nothing any more; take it away, and a `grace` after it"
                )
            )
        }
    }

    private func isInGrace(_ policy: Policy, _ from: Instant) -> Bool {
        guard let grace = policy.grace, grace.anchor == .start else { return false }
        return self.now < from.advanced(by: grace.period)
    }
}
