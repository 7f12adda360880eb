import Testing

@testable import PolicyDSL

@Suite struct PolicyAnalysisTests {
    private static func set(_ items: String) throws -> PolicySet {
        try sound(.fixture(items))
    }

    private static func findings(_ items: String) throws -> [Finding] {
        let reading = PolicyReading.fixture(items)
        let summary = AnalysisSummary(reading, now: .lintNow, limits: .init())
        return try #require(summary).findings
    }

    @Test("a witness gets the answer that its finding speaks of")
    func witnesses() throws {
        let items = "admit services to /jobs policy p { for anyone require aal2 }"
        let finding = try #require(
            try Self.findings(items).first { $0.diagnostic.code == .lockOut }
        )
        let witness = try #require(finding.witness)
        let decision = try Self.set(items).decide(
            witness.request,
            witness.principal,
            directory: witness.directory,
            now: witness.now
        )
        #expect(decision.outcome == .deny)
        #expect(decision.determining?.reason == .notUpgradable)
    }

    @Test(
        "what rests on the analysis carries a witness",
        arguments: [
            (.neverApplies, "policy p { for users except users on /a require aal2 }"),
            (.neverApplies, "policy p { for visitors with a verified factor require aal2 }"),
            (.shadowed, "policy q { for users deny } policy p { for users on /a require aal2 }"),
            (.alwaysMet, "pages { step-up /a } policy p { for users on /a require aal2 }"),
            (.lockOut, "admit services to /jobs policy p { for anyone require aal2 }"),
            (
                .redirectLoop,
                "pages { step-up /m } policy q { for users require aal2 } "
                    + "policy p { for users on /m deny }"
            ),
        ] as [(DiagnosticCode, String)]
    )
    func evidence(code: DiagnosticCode, items: String) throws {
        let finding = try #require(
            try Self.findings(items).first { $0.diagnostic.code == code }
        )
        let witness = try #require(finding.witness)
        let decision = try Self.set(items).decide(
            witness.request,
            witness.principal,
            directory: witness.directory,
            now: witness.now
        )
        let isAsked = decision.enforced.contains { $0.policy == "p" }
        switch code {
        case .neverApplies, .alwaysMet: #expect(!isAsked)
        case .shadowed: #expect(isAsked && decision.determining?.policy == "q")
        default: #expect(decision.outcome != .allow)
        }
    }

    @Test("a chain of redirects is told step by step")
    func steps() throws {
        let items = """
            pages { step-up /mfa }
            policy p { for users require aal2 }
            policy q { for users on /mfa deny }
            """
        let finding = try #require(
            try Self.findings(items).first { $0.diagnostic.code == .redirectLoop }
        )
        #expect(finding.diagnostic.help == "step by step: step-up: `/mfa` is refused")
        #expect(finding.diagnostic.message.contains("end at deny (denied)"))
    }

    @Test("sign-in methods that exclude one another are a dead end")
    func deadEnd() throws {
        let items = "policy p { for users require password within 1 hour or oauth within 1 hour }"
        #expect(!(try Self.findings(items).contains { $0.diagnostic.code == .redirectLoop }))
    }

    @Test("more sessions than the limit are said to be too many")
    func limit() throws {
        let set = try Self.set("policy p { for users require totp within 5 minutes }")
        let whole = PolicyAnalysis(set, now: .lintNow)
        #expect(whole.isExhaustive && whole.limitation == nil)
        let cut = PolicyAnalysis(set, now: .lintNow, limits: .init(cells: 5))
        #expect(!cut.isExhaustive)
        #expect(cut.limitation?.hasPrefix("not exhaustive") == true)
    }

    @Test("what a silent directory blocks is told")
    func outage() throws {
        let reading = PolicyReading.fixture(
            "policy p { for users with a verified factor on /a require aal2 }"
        )
        let summary = try #require(AnalysisSummary(reading, now: .lintNow, limits: .init()))
        let outage = try #require(summary.outages.first)
        #expect(outage.policy == "p" && outage.outcome == .unavailable)
        #expect(outage.witness.directory == .unknown)
    }

    @Test("a date to come is told with what it changes")
    func dates() throws {
        let reading = PolicyReading.fixture(
            "policy p { for users on /a from 2026-12-01 grace 7 days after start require aal2 }"
        )
        let summary = try #require(AnalysisSummary(reading, now: .lintNow, limits: .init()))
        #expect(
            summary.dates.map(\.title) == [
                "from 2026-12-01T00:00:00Z on", "from 2026-12-08T00:00:00Z on",
            ]
        )
        let start = try #require(summary.dates.first)
        #expect(start.changes.contains { $0.from == .allow && $0.to == .stepUp })
        #expect(!start.changes.contains { $0.to == .enroll })
        let end = try #require(summary.dates.last)
        #expect(end.changes.map(\.to) == [.enroll])
    }

    @Test("a monitor is told with what enforcing it changes")
    func monitors() throws {
        let reading = PolicyReading.fixture(
            "policy p { for users on /a mode monitor since 2026-09-01 require aal2 }"
        )
        let summary = try #require(AnalysisSummary(reading, now: .lintNow, limits: .init()))
        let turn = try #require(summary.monitors.first)
        #expect(turn.title == "enforcing `p`")
        #expect(turn.changes.allSatisfy { $0.verdict == .stricter } && !turn.changes.isEmpty)
    }

    @Test(
        "every policy of the repository is analyzed whole, without errors",
        arguments: [
            "enforce-all", "new-users-only", "opted-in-only",
        ]
    )
    func repository(name: String) throws {
        let reading = PolicyReading([try RepositoryFile.source("policies/\(name).policy")])
        let summary = try #require(AnalysisSummary(reading, now: .lintNow, limits: .init()))
        #expect(summary.limitation == nil)
        let errors = summary.findings.filter { $0.diagnostic.severity == .error }
        #expect(errors.map { $0.diagnostic.text(in: reading.sources) } == [])
    }
}
