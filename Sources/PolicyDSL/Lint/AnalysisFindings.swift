/// GK201, GK202, GK203, GK205 and GK206: what the analysis of every session shows.
struct AnalysisFindings {
    private let subject: LintSubject
    private let record: PolicyRecord
    private let names: [String: SourceSpan]

    init(_ subject: LintSubject) {
        self.subject = subject
        self.record = subject.analysis.record
        self.names = Dictionary(
            subject.policies.map { ($0.name.value, $0.name.span) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    var all: [Finding] {
        self.neverApplying + self.shadowed + self.alwaysMet + self.lockOuts + self.loops
    }

    private var neverApplying: [Finding] {
        guard self.subject.analysis.isExhaustive else { return [] }
        return self.subject.policies.compactMap { written in
            let name = written.name
            guard written.isAlive(at: self.subject.now), self.record.applied[name.value] == nil
            else { return nil }
            return Finding(
                Diagnostic(
                    .neverApplies,
                    at: name.span,
                    "policy \(Spelling.quoted(name.value)) can never apply",
                    label: "no caller fits its `for`",
                    help: "its filters exclude one another, or `except` takes all of them back"
                ),
                witness: self.subject.analysis.bystander(of: name.value)
            )
        }
    }

    private var shadowed: [Finding] {
        guard self.subject.analysis.isExhaustive else { return [] }
        return self.subject.policies.compactMap { written in
            let name = written.name.value
            guard written.policy.mode == .enforce, !self.record.decided.contains(name),
                let coverers = self.record.covering[name], let seen = self.record.unmet[name],
                let coverer = self.coverer(of: written, among: coverers)
            else { return nil }
            return Finding(
                Diagnostic(
                    .shadowed,
                    severity: .warning,
                    at: written.name.span,
                    "policy \(Spelling.quoted(name)) never changes an answer",
                    label: coverer.map { "\(Spelling.quoted($0)) always asks for as much" }
                        ?? "other policies together always ask for as much",
                    help: "take it away, or say what it is to do beyond them"
                ),
                witness: seen.witness
            )
        }
    }

    /// Of two that cover each other, the first one stays; `.some(nil)` is several together.
    private func coverer(
        of written: LintSubject.WrittenPolicy,
        among names: Set<String>
    ) -> String?? {
        let sorted = names.sorted()
        guard let first = sorted.first else { return .some(nil) }
        let isMutual = { (name: String) in
            !self.record.decided.contains(name)
                && self.record.covering[name]?.contains(written.name.value) == true
        }
        if let oneWay = sorted.first(where: { !isMutual($0) }) { return oneWay }
        let earlier = sorted.first { name in
            guard let place = self.names[name] else { return false }
            let own = written.name.span
            return (place.source, place.start) < (own.source, own.start)
        }
        return earlier.map { .some($0) } ?? (sorted.isEmpty ? .some(first) : nil)
    }

    private var alwaysMet: [Finding] {
        guard self.subject.analysis.isExhaustive else { return [] }
        return self.subject.policies.compactMap { written in
            let name = written.name.value
            guard let seen = self.record.applied[name], self.record.unmet[name] == nil else {
                return nil
            }
            return Finding(
                Diagnostic(
                    .alwaysMet,
                    severity: .warning,
                    at: written.name.span,
                    "policy \(Spelling.quoted(name)) never asks for anything",
                    label: "wherever it applies, its demand is met or set aside",
                    help: "a page lets the remedies it serves pass; is the route one of them?"
                ),
                witness: seen.witness
            )
        }
    }

    private var lockOuts: [Finding] {
        self.record.lockOuts.map { lockOut in
            Finding(
                Diagnostic(
                    .lockOut,
                    at: self.place(of: lockOut.policy),
                    "policy \(Spelling.quoted(lockOut.policy)) locks somebody out of "
                        + "`\(lockOut.sighting.request.words)`",
                    label: "\(lockOut.reason.rawValue), whatever they do",
                    help: "who: \(lockOut.sighting.group.description)"
                ),
                witness: lockOut.sighting.witness
            )
        }
    }

    private var loops: [Finding] {
        self.record.walks.map { walk in
            let route = walk.sighting.request.words
            let (message, steps): (String, [String]) =
                switch walk.ending {
                case .allowed: ("redirects on `\(route)` end well", [])
                case .circle(let steps): ("redirects on `\(route)` go in a circle", steps)
                case .stuck(let steps, let outcome, let reason):
                    (
                        "redirects on `\(route)` end at \(outcome.word)"
                            + (reason.map { " (\($0.rawValue))" } ?? ""),
                        steps
                    )
                }
            return Finding(
                Diagnostic(
                    .redirectLoop,
                    at: self.place(of: walk.policy ?? ""),
                    message,
                    label: "who: \(walk.sighting.group.description)",
                    help: "step by step: \(steps.joined(separator: "; then "))"
                ),
                witness: walk.sighting.witness
            )
        }
    }

    private func place(of policy: String) -> SourceSpan {
        self.names[policy] ?? .nowhere
    }
}

extension AccessRequest {
    /// The request as an author would write it in a test.
    var words: String {
        let host: String =
            switch self.host {
            case .known(let name) where name != RouteAtoms.anyOtherHost: " at \(name)"
            case .known, .unknown: ""
            }
        let upgrade = self.isUpgrade ? " (upgrade)" : ""
        return "\(self.method) \(self.path)\(host)\(upgrade)"
    }
}
