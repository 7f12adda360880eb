import Testing

@testable import PolicyDSL

/// Tests inside policy files: what they assume, what they report.
@Suite struct PolicyFileRunTests {
    private static let policies = """
        pages { sign-in /login step-up /mfa }
        policy a { for users with claim app.role "x" on /x require totp within 5 minutes }
        policy b { for users on /y require aal2 }
        policy c { for services on at api.example deny }

        """

    private func run(_ test: String) throws -> (report: TestReport, sources: [PolicySource]) {
        let reading = PolicyReading.fixture(Self.policies + test)
        let set = try sound(reading)
        let now = try #require(Instant(date: "2026-10-01"))
        return (set.run(reading.tests, at: now), reading.sources)
    }

    @Test(
        "tests that hold",
        arguments: [
            "test \"t\" { case no token then unauthenticated case token then allow }",
            "test \"t\" { when GET /y case factors totp then step-up because b }",
            "test \"t\" { when GET /y case no factors then enroll because b }",
            "test \"t\" { when GET /y given aal1, no factors case aal2 then allow }",
            "test \"t\" { when GET /y given aal2 case no token then unauthenticated }",
            "test \"t\" { when GET /x case claim app.role \"x\", totp 5 minutes ago then allow }",
            "test \"t\" { when GET /x given claim app.role \"y\", claim app.role \"x\" then deny }",
            "test \"t\" { when GET /x given claim app.role \"y\" then allow }",
            "test \"t\" { when GET / at api.example case service then deny because c }",
            "test \"t\" { given unknown user case created 2020-01-01 then allow }",
        ]
    )
    func passing(test: String) throws {
        let (report, sources) = try self.run(test)
        #expect(report.failures.map { $0.text(in: sources) } == [])
        #expect(report.passed >= 1)
        #expect(!report.hasFailed)
    }

    @Test("a failure hangs what came under the word that failed, and names the facts")
    func failure() throws {
        let (report, sources) = try self.run(
            """
            test "fresh" {
                at    2026-10-01T12:00:00Z
                given user factors totp, claim app.role "x"
                when  GET /x
                case  token aal2, totp 4 minutes ago then allow
                case  token aal2, totp 6 minutes ago then allow
            }
            """
        )
        #expect(report.passed == 1)
        #expect(
            report.failures.map { $0.text(in: sources) } == [
                """
                failed: test `fresh`, case 2
                  --> test.policy:11:47
                11 |     case  token aal2, totp 6 minutes ago then allow
                   |                                               ^^^^^ got step-up
                 3 | policy a { for users with claim app.role "x" on /x require totp within 5 minutes }
                   |                                                            ^^^^^^^^^^^^^^^^^^^^^ \
                step-up using totp (proof-too-old): totp 6 minutes ago, factors totp
                   = facts: user, aal2, totp 6 minutes ago, claim app.role "x", created unknown, \
                factors totp
                   = request: GET /x, host unknown, at 2026-10-01T12:00:00Z
                """
            ]
        )
    }

    @Test("a policy that did not decide is a failure of its own")
    func bystander() throws {
        let (report, sources) = try self.run(
            "test \"t\" { when GET /y case factors totp then step-up because b, a }"
        )
        let failure = try #require(report.failures.first)
        #expect(failure.bystanders.map(\.value) == ["a"])
        #expect(failure.decision.outcome == .stepUp)
        #expect(failure.text(in: sources).contains("^ did not decide"))
    }

    @Test("a test without `at` runs at the instant it is given")
    func now() throws {
        let (report, _) = try self.run("test \"t\" { then deny }")
        #expect(report.failures.first?.now.description == "2026-10-01T00:00:00Z")
    }

    @Test("a failure tells its place to machines")
    func place() throws {
        let (report, sources) = try self.run("test \"t\" {\n then deny }")
        let failure = try #require(report.failures.first)
        #expect(failure.number == 1)
        #expect(sources[0].position(at: failure.span.start) == .init(line: 7, column: 2))
        #expect(sources[0].text(of: failure.expected.span) == "deny")
    }
}
