import Testing

@testable import PolicyDSL

@Suite struct PolicyDiffTests {
    struct Row: CustomTestStringConvertible {
        let old: String
        let new: String
        let verdict: PolicyDiff.Verdict

        var testDescription: String { "\(self.verdict): \(self.old) -> \(self.new)" }
    }

    private static func diff(_ old: String, _ new: String) throws -> PolicyDiff {
        PolicyDiff(
            from: try sound(.fixture(old)),
            to: try sound(.fixture(new)),
            now: .lintNow
        )
    }

    @Test(
        "the verdict says who is asked for more",
        arguments: [
            Row(old: "", new: "", verdict: .equal),
            Row(
                old: "policy p { for users deny }",
                new: "policy q { for users deny because \"no\" }",
                verdict: .equal
            ),
            Row(old: "", new: "policy p { for users require aal2 }", verdict: .stricter),
            Row(old: "policy p { for users require aal2 }", new: "", verdict: .looser),
            Row(
                old: "policy p { for users require totp within 5 minutes }",
                new: "policy p { for users require totp within 6 minutes }",
                verdict: .looser
            ),
            Row(
                old: "policy p { for users on /a require aal2 }",
                new: "policy p { for users on /b require aal2 }",
                verdict: .incomparable
            ),
            Row(
                old: "policy p { for users created before 2026-01-01 require aal2 }",
                new: "policy p { for users created before 2026-01-02 require aal2 }",
                verdict: .stricter
            ),
            Row(old: "admit guests to /a", new: "", verdict: .stricter),
            Row(
                old: "policy p { for users require aal2 }",
                new: "pages { step-up /mfa } policy p { for users require aal2 }",
                verdict: .looser
            ),
            Row(
                old: "policy p { for users mode monitor since 2026-09-01 require aal2 }",
                new: "policy p { for users require aal2 }",
                verdict: .stricter
            ),
        ]
    )
    func verdicts(_ row: Row) throws {
        let diff = try Self.diff(row.old, row.new)
        #expect(diff.verdict == row.verdict)
        #expect(diff.isExhaustive)
        #expect(diff.hasLoosened == [.looser, .incomparable].contains(row.verdict))
    }

    @Test("each change has a witness that both sets answer as it says")
    func witnesses() throws {
        let old = try sound(.fixture("policy p { for users on /a require totp or sms }"))
        let new = try sound(.fixture("policy p { for users on /a/* require webauthn }"))
        let diff = PolicyDiff(from: old, to: new, now: .lintNow)
        #expect(diff.changes.count > 1)
        for change in diff.changes {
            let answers = [old, new].map { set in
                set.decide(
                    change.witness.request,
                    change.witness.principal,
                    directory: change.witness.directory,
                    now: change.witness.now
                ).outcome
            }
            #expect(answers == [change.from, change.to])
        }
    }

    @Test("few sentences speak of many routes")
    func merged() throws {
        let routes = (0..<8).map { "/r\($0)" }.joined(separator: ", ")
        let diff = try Self.diff("", "policy p { for users on \(routes) require totp }")
        #expect(diff.changes.count <= 4)
        #expect(diff.changes.contains { $0.sentence.hasPrefix("stricter: allow becomes step-up") })
    }
}
