import Testing

@testable import PolicyDSL

@Suite struct LintTests {
    private static func codes(_ items: String) throws -> [DiagnosticCode] {
        try Self.lint(items).findings.map(\.diagnostic.code)
    }

    private static func lint(_ items: String) throws -> Lint {
        try #require(Lint(.fixture(items), now: .lintNow))
    }

    @Test("a set with errors is not linted")
    func unsound() {
        #expect(Lint(.fixture("policy p { for users }"), now: .lintNow) == nil)
    }

    struct Row: CustomTestStringConvertible {
        let code: DiagnosticCode
        let items: String
        let isFound: Bool

        init(_ code: DiagnosticCode, _ items: String, _ isFound: Bool = true) {
            self.code = code
            self.items = items
            self.isFound = isFound
        }

        var testDescription: String { "\(self.code.rawValue) \(self.isFound): \(self.items)" }
    }

    @Test(
        "edges of the rules",
        arguments: [
            Row(.neverApplies, "policy p { for users except users require aal2 }"),
            Row(.neverApplies, "policy p { for visitors with a verified factor require aal2 }"),
            Row(
                .neverApplies,
                "policy p { for users from 2020-01-01 until 2021-01-01 deny }",
                false
            ),
            Row(.shadowed, "policy p { for users require aal2 } policy q { for users deny }"),
            Row(
                .shadowed,
                "policy p { for users require totp } policy q { for users require sms }",
                false
            ),
            Row(.undemandedRoute, "policy p { for users require aal2 }", false),
            Row(.undemandedRoute, "admit anyone to reads /a policy p { for users deny }", false),
            Row(.lockOut, "policy p { for users require totp }", false),
            Row(.lockOut, "policy p { for users deny }", false),
            Row(.lockOut, "policy p { for users require aal2 otherwise deny }", false),
            Row(.smsOnSensitivePath, "policy p { for users on /keys require sms or totp }"),
            Row(.smsOnSensitivePath, "policy p { for users on /keys require sms and totp }", false),
            Row(.smsOnSensitivePath, "policy p { for users on /other require sms }", false),
            Row(.smsOnSensitivePath, "policy p { for users on /keys require aal2 }", false),
            Row(
                .unconfirmedOnSensitivePath,
                "policy p { for users on /keys require aal2 confirmed and aal2 }",
                false
            ),
            Row(.oddRecency, "policy p { for users require sign-in within 31 days }"),
            Row(.oddRecency, "policy p { for users require sign-in within 30 days }", false),
            Row(.oddRecency, "policy p { for users require (totp within 59 seconds) }"),
            Row(.oddRecency, "policy p { for users require totp within 60 seconds }", false),
            Row(.onlyPassword, "policy p { for users require all of password, totp }"),
            Row(.onlyPassword, "policy p { for users require password or totp }", false),
            Row(.onlyPassword, "policy p { for users require password and totp }"),
            Row(.noBreakGlass, "policy p { for users on /a require aal2 }", false),
            Row(.noBreakGlass, "policy p { for users require one of password, totp }", false),
            Row(.noBreakGlass, "policy p { for users require totp or sms }"),
            Row(.oldMonitor, "policy p { for users mode monitor since 2026-09-01 deny }", false),
            Row(.pastDate, "policy p { for users from 2025-01-01 require aal2 }"),
            Row(
                .pastDate,
                "policy p { for users from 2026-09-01 grace 99 days after start require aal2 }",
                false
            ),
            Row(.getWithoutHead, "admit guests to GET /a"),
            Row(.getWithoutHead, "admit guests to GET, HEAD /a", false),
            Row(.wideOpen, "admit anyone"),
            Row(.wideOpen, "admit anyone to reads /**"),
            Row(.wideOpen, "admit anyone to reads at a.example"),
            Row(.wideOpen, "admit anyone to reads /a", false),
            Row(.wideOpen, "pages { sign-in /login with /** }"),
            Row(
                .wideOpen,
                "pages { sign-in /login with /a/* } policy p { for users on /a/b deny }"
            ),
            Row(
                .wideOpen,
                "pages { sign-in /login with /a/* } policy p { for users on /a/b/c deny }",
                false
            ),
            Row(.hostWithoutApex, "define hs = hosts *.a.example admit guests to at hs"),
            Row(.idleDefine, "define xs = paths /x define ys = paths /x admit guests to xs, ys"),
            Row(.idleDefine, "define xs = methods totp policy p { for users require xs }", false),
            Row(
                .duplicatePolicy,
                "policy p { for users deny } policy q { for guests deny }",
                false
            ),
            Row(.deceptiveText, "# right\u{202E}left\n"),
            Row(.deceptiveText, "# p\u{430}y\n"),
            Row(.deceptiveText, "# \u{440}\u{430}\u{443}\n"),
            Row(.deceptiveText, "# Grüße, été, Ελλάδα, привет\n", false),
        ]
    )
    func edges(_ row: Row) throws {
        #expect(try Self.codes(row.items).contains(row.code) == row.isFound)
    }

    @Test("a suppression takes back one finding of its item, and needs a reason")
    func suppression() throws {
        let denial = "policy p { for users deny }"
        #expect(try Self.codes(denial).contains(.unexplainedDenial))
        let allowed = "# allow GK225: nobody ever reads it\n\(denial)"
        #expect(!(try Self.codes(allowed).contains(.unexplainedDenial)))
        #expect(!(try Self.codes(allowed).contains(.idleSuppression)))
        let unreasoned = try Self.codes("# allow GK225\n\(denial)")
        #expect(unreasoned.contains(.unexplainedDenial) && unreasoned.contains(.idleSuppression))
        let elsewhere = try Self.codes("\(denial)\n# allow GK225: too late\n")
        #expect(elsewhere.contains(.unexplainedDenial) && elsewhere.contains(.idleSuppression))
        #expect(try Self.codes("# allow GK999: what\n\(denial)").contains(.idleSuppression))
    }

    @Test("the repair of a layout is the canonical text")
    func repair() throws {
        let finding = try #require(
            try Self.lint("policy p { for users deny }").findings
                .first { $0.diagnostic.code == .layout }
        )
        let text = try #require(finding.repair)
        #expect(text.hasPrefix("gatekeeper 1\n\nadmit users\n"))
        #expect(!(try Formatting(PolicySource(name: "a", text: text)).isChanged))
    }

    @Test("an author may name further sensitive segments")
    func sensitiveSegments() throws {
        let reading = PolicyReading.fixture("policy p { for users on /vault require aal2 }")
        var options = Lint.Options()
        options.sensitiveSegments.insert("vault")
        let lint = try #require(Lint(reading, now: .lintNow, options: options))
        #expect(lint.findings.contains { $0.diagnostic.code == .unconfirmedOnSensitivePath })
    }
}
