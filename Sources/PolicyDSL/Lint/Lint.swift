/// Advice about a sound set: what will surprise its author, or whoever has to live with it.
package struct Lint: Sendable {
    /// What authors may settle for their own set.
    package struct Options: Sendable {
        /// Segments of paths that deserve the strongest proofs.
        package var sensitiveSegments: Set<String>
        /// How long a session lasts at most; a longer `within` asks for nothing.
        package var sessionLife: Period
        package var limits: PolicyAnalysis.Limits

        package init(
            sensitiveSegments: Set<String> = Self.usualSensitiveSegments,
            sessionLife: Period = Period(seconds: 30 * 86_400),
            limits: PolicyAnalysis.Limits = .init()
        ) {
            self.sensitiveSegments = sensitiveSegments
            self.sessionLife = sessionLife
            self.limits = limits
        }

        package static let usualSensitiveSegments: Set<String> = [
            "admin", "account", "settings", "security", "billing", "payments", "payouts", "keys",
            "tokens",
        ]
    }

    /// In the order of the sources, and within one from top to bottom.
    package let findings: [Finding]
    /// Why findings that rest on the analysis may be incomplete; nil where they are not.
    package let limitation: String?

    /// Looks at a set that is sound; nil where it is not.
    package init?(_ reading: PolicyReading, now: Instant, options: Options = Options()) {
        guard let set = reading.policySet else { return nil }
        let subject = LintSubject(reading, set, now: now, options: options)
        let found = Self.rules.flatMap { $0(subject) }
        let (kept, idle) = Suppressions(reading).applied(to: found)
        self.limitation = subject.analysis.limitation
        self.findings = (kept + idle).sorted { left, right in
            let (first, second) = (left.diagnostic, right.diagnostic)
            return (first.span.source, first.span.start, first.code.rawValue)
                < (second.span.source, second.span.start, second.code.rawValue)
        }
    }

    private static let rules: [@Sendable (LintSubject) -> [Finding]] = [
        { AnalysisFindings($0).all }, \.undemandedRoutes, \.smsOnSensitivePaths,
        \.unconfirmedOnSensitivePaths, \.oddRecencies, \.passwordDemands, \.unexplainedExceptions,
        \.missingBreakGlass, \.oldMonitors, \.pastDates, \.getsWithoutHead, \.wideOpenRoutes,
        \.hostsWithoutApex, \.idleDefines, \.duplicatePolicies, \.untestedPolicies,
        \.deceptiveTexts, \.unexplainedDenials, \.layouts,
    ]
}

/// A set, its text and the moment: what every rule looks at.
struct LintSubject: Sendable {
    /// A policy as it was written, and as it is meant.
    struct WrittenPolicy: Sendable {
        let syntax: PolicySyntax
        let policy: Policy

        /// The name, where findings about the whole policy point.
        var name: Spanned<String> { self.syntax.name }
    }

    let reading: PolicyReading
    let set: PolicySet
    let now: Instant
    let options: Lint.Options
    let analysis: PolicyAnalysis
    let policies: [WrittenPolicy]

    init(_ reading: PolicyReading, _ set: PolicySet, now: Instant, options: Lint.Options) {
        self.reading = reading
        self.set = set
        self.now = now
        self.options = options
        self.analysis = PolicyAnalysis(set, now: now, limits: options.limits)
        self.policies = reading.items.compactMap { item in
            guard case .policy(let syntax) = item.value,
                let policy = set.policy(named: syntax.name.value)
            else { return nil }
            return WrittenPolicy(syntax: syntax, policy: policy)
        }
    }
}

extension PolicyReading {
    /// The items of all sources.
    var items: [Spanned<SyntaxTree.Item>] { self.parsed.flatMap(\.tree.items) }
}

extension LintSubject.WrittenPolicy {
    /// Where the policy's clause of a kind stands; at its name where it has none.
    func place(of isWanted: (ClauseSyntax) -> Bool) -> SourceSpan {
        guard let clause = self.syntax.clauses.first(where: { isWanted($0.value) }) else {
            return self.name.span
        }
        return clause.span
    }

    /// The demands as they were written.
    var demands: [Spanned<DemandSyntax>] {
        self.syntax.clauses.compactMap { clause in
            if case .require(let demand) = clause.value { demand } else { nil }
        }
    }

    /// Whether the policy counts, or will: it is not over yet.
    func isAlive(at now: Instant) -> Bool {
        self.policy.phase(at: now) != .over
    }
}
