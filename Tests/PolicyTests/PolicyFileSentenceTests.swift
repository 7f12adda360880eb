import Testing

@testable import PolicyDSL

/// The sentences that the language was designed around must be read, and decide as they say.
@Suite struct PolicyFileSentenceTests {
    private static let start = """
        gatekeeper 1
        pages { sign-in /login  step-up /mfa  enroll /mfa/setup }
        admit users

        """

    private static let sentences = """
        define money = paths /payments/**, /payouts/**
        admit anyone to reads /health, /assets/**
        admit guests to reads /catalog/**
        admit services to /internal/**, /hooks/*

        policy admin-fresh {
            for users except users with claim app_metadata.role "break-glass"
            on /admin/**
            require aal2 confirmed within 15 minutes
            because "Admin pages need a second factor from the last quarter of an hour."
        }
        policy recent-proof-for-writes {
            for users
            on writes /account/** at app.example.com
            require one of password, totp, webauthn within 10 minutes
        }
        policy existing-users-by-december {
            for users created before 2022-12-12
            from 2026-12-01
            grace 14 days after start
            require aal2
        }
        policy try-security-keys {
            for users on /admin/**
            mode monitor since 2026-09-01
            require phishing-resistant within 8 hours
        }
        policy payments-without-sms {
            for users on writes money require second-factor except sms within 5 minutes
        }
        policy no-robots-in-admin   { for services on /admin/** deny }
        policy session-age          { for users require sign-in within 12 hours }

        """

    private static let tests = """
        test "payments" {
            at    2026-10-01T12:00:00Z
            given user created 2020-01-01, factors totp, phone
            given token password 1 hour ago
            when  POST /payments/transfer
            case  token aal2, totp 2 minutes ago      then allow
            case  token aal2, sms 2 minutes ago       then step-up because payments-without-sms
            case  token aal1                          then step-up because payments-without-sms
        }
        test "admin" {
            at    2026-10-01T12:00:00Z
            given user factors totp
            when  GET /admin
            given token password 1 hour ago
            case  token aal2, totp 15 minutes ago then allow
            case  token aal2, totp 16 minutes ago then step-up because admin-fresh
            case  token claim app_metadata.role "break-glass" then allow
            case  token aal2, totp 1 minute ago, no factors
                  then reauthenticate because admin-fresh
            case  service then deny
        }
        test "writes to an account" {
            at    2026-10-01T12:00:00Z
            given user no factors
            when  PUT /account/name at app.example.com
            case  token password 10 minutes ago then allow
            case  token password 11 minutes ago then reauthenticate because recent-proof-for-writes
        }
        test "elsewhere" {
            at    2026-10-01T12:00:00Z
            when  PUT /account/name at www.example.com
            case  token password 11 minutes ago then allow
            case  token password 13 hours ago   then reauthenticate because session-age
        }
        test "in grace" {
            at   2026-12-14
            case user created 2020-01-01, no factors, password 1 hour ago then allow
        }
        test "after the grace" {
            at   2026-12-15
            case user created 2020-01-01, no factors, password 1 hour ago
                 then enroll because existing-users-by-december
        }
        test "public" { when HEAD /assets/a.css case no token then allow }
        test "catalog" { when GET /catalog case guest then allow }
        test "catalog, closed" { when GET /catalog case no token then unauthenticated }
        test "hooks" { when POST /hooks/card case service then allow }
        test "hooks, closed" { when POST /hooks/card case no token then unauthenticated }

        """

    private func run(_ text: String) throws {
        let reading = PolicyReading([PolicySource(name: "sentences.policy", text: text)])
        let set = try sound(reading)
        let report = set.run(reading.tests, at: Instant(microseconds: 0))
        #expect(report.failures.map { $0.text(in: reading.sources) } == [])
        #expect(report.passed > 0)
    }

    @Test("the sentences, all in one file")
    func sentences() throws {
        try self.run(Self.start + Self.sentences + Self.tests)
    }

    @Test("the three policies everything starts from, in one set")
    func three() throws {
        try self.run(
            Self.start + """
                policy enforce-all    { for users require aal2 }
                policy new-users-only { for users created on or after 2022-12-12 require aal2 }
                policy opted-in-only  { for users with a verified factor require aal2 }
                test "all three" {
                    case token aal1, created 2023-01-01, factors totp
                         then step-up because enforce-all, new-users-only, opted-in-only
                    case token aal1, created 2020-01-01, no factors then enroll because enforce-all
                    case token aal2 then allow
                    case no token then unauthenticated
                }
                """
        )
    }

    @Test("the shape of a file changes nothing")
    func shape() throws {
        let text = Self.start + Self.sentences + Self.tests
        let oneLine = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        try self.run(oneLine)
        let parsed = ParsedSource(PolicySource(name: "x", text: text))
        try self.run(SyntaxPrinter.text(of: parsed.tree))
    }
}
