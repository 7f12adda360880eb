import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct ClerkUserTests {
    private func user(_ members: String) throws -> ClerkUser? {
        let text = "{\"id\":\"user_1\",\(members)}"
        let value = try JSONValue(parsing: Array(text.utf8), limits: .standard)
        return ClerkUser(try #require(value.objectValue))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let members: String
        /// Nil where nobody can tell.
        let factors: FactorCounts?

        var testDescription: String { self.members }
    }

    private static let phone = #"{"phone_number":"+15550100","reserved_for_second_factor":true}"#
    private static let other = #"{"phone_number":"+15550101","reserved_for_second_factor":false}"#

    @Test(
        "an authenticator app and reserved phones are factors; what cannot be told is Unknown",
        arguments: [
            Row(
                members: #""two_factor_enabled":false,"totp_enabled":false,"phone_numbers":[]"#,
                factors: FactorCounts()
            ),
            Row(
                members: #""two_factor_enabled":true,"totp_enabled":true,"phone_numbers":[]"#,
                factors: FactorCounts(totp: 1)
            ),
            Row(
                members: #""two_factor_enabled":true,"totp_enabled":false,"#
                    + #""phone_numbers":[\#(Self.phone),\#(Self.other),\#(Self.phone)]"#,
                factors: FactorCounts(phone: 2)
            ),
            Row(
                members: #""two_factor_enabled":true,"totp_enabled":true,"#
                    + #""backup_code_enabled":true,"phone_numbers":[\#(Self.phone)]"#,
                factors: FactorCounts(totp: 1, phone: 1)
            ),
            // Backup codes alone, or a factor we have no name for.
            Row(
                members: #""two_factor_enabled":true,"totp_enabled":false,"#
                    + #""backup_code_enabled":true,"phone_numbers":[\#(Self.other)]"#,
                factors: nil
            ),
            Row(members: #""totp_enabled":false,"phone_numbers":[]"#, factors: nil),
            Row(members: #""two_factor_enabled":false"#, factors: nil),
            Row(members: #""two_factor_enabled":false,"totp_enabled":1"#, factors: nil),
            Row(
                members: #""two_factor_enabled":false,"totp_enabled":false,"#
                    + #""phone_numbers":[{"reserved_for_second_factor":"yes"}]"#,
                factors: nil
            ),
            Row(
                members: #""two_factor_enabled":false,"totp_enabled":false,"phone_numbers":null"#,
                factors: FactorCounts()
            ),
            // Passkeys sign in; they are no second factor of Clerk's.
            Row(
                members: #""two_factor_enabled":false,"totp_enabled":false,"passkeys":[{}]"#,
                factors: FactorCounts()
            ),
        ]
    )
    func factors(_ row: Row) throws {
        let user = try #require(try self.user(row.members))
        #expect(user.facts.factors == row.factors.map { .known($0) } ?? .unknown)
    }

    @Test(
        "times are milliseconds; anything else is known to be missing",
        arguments: [
            ("1780000000000", Int64?.some(1_780_000_000_000_000)),
            ("0", 0), ("1780000000001", 1_780_000_000_001_000), ("null", nil), ("\"2026\"", nil),
            ("-1", nil), ("1.5", nil), ("9223372036854775807", nil),
        ]
    )
    func created(_ value: String, _ microseconds: Int64?) throws {
        let user = try #require(try self.user("\"created_at\":\(value)"))
        #expect(user.facts.created == .known(microseconds.map { Instant(microseconds: $0) }))
    }

    @Test("a banned user is refused, a locked one is not: guessing passwords must end no session")
    func banned() throws {
        let facts = #""two_factor_enabled":false,"totp_enabled":false"#
        let banned = try #require(try self.user("\(facts),\"banned\":true,\"locked\":false"))
        #expect(banned.answer == .refused(.userBanned))
        let locked = try #require(try self.user("\(facts),\"banned\":false,\"locked\":true"))
        #expect(locked.answer == .known(locked.facts))
        #expect(try self.user("\"banned\":\"no\"") == nil)
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var status: UInt = 200
        let body: String
        let expected: DirectoryOutcome

        var testDescription: String { "\(self.status) \(self.body.prefix(60))" }
    }

    private static let missing =
        #"{"errors":[{"code":"resource_not_found","message":"not found"}],"clerk_trace_id":"t"}"#
    private static let olga =
        #"{"id":"user_1","two_factor_enabled":false,"totp_enabled":false,"created_at":0}"#

    @Test(
        "only a whole user of the Backend API's, or its word that there is none, counts",
        arguments: [
            Answer(
                body: Self.olga,
                expected: .answered(
                    .known(
                        UserFacts(
                            created: .known(Instant(microseconds: 0)),
                            factors: .known(FactorCounts())
                        )
                    )
                )
            ),
            Answer(
                body: #"{"id":"user_2","two_factor_enabled":false}"#,
                expected: .failed(.wrongSubject, retryAfter: nil)
            ),
            Answer(body: "{}", expected: .failed(.wrongSubject, retryAfter: nil)),
            Answer(body: "[]", expected: .failed(.malformed, retryAfter: nil)),
            Answer(
                body: #"{"id":"user_1","banned":"x"}"#,
                expected: .failed(.malformed, retryAfter: nil)
            ),
            Answer(
                status: 404,
                body: Self.missing,
                expected: .answered(.refused(.userNotFound))
            ),
            Answer(status: 404, body: "{}", expected: .failed(.status(404), retryAfter: nil)),
            Answer(
                status: 403,
                body: Self.missing,
                expected: .failed(.status(403), retryAfter: nil)
            ),
            Answer(
                status: 404,
                body: #"{"error_code":"user_not_found"}"#,
                expected: .failed(.status(404), retryAfter: nil)
            ),
            Answer(status: 401, body: Self.olga, expected: .failed(.status(401), retryAfter: nil)),
            Answer(status: 500, body: "", expected: .failed(.status(500), retryAfter: nil)),
        ]
    )
    func answers(_ row: Answer) {
        let document = FetchedDocument(
            status: row.status,
            headers: [:],
            body: Array(row.body.utf8)
        )
        let outcome = DirectoryOutcome(
            judging: document,
            subject: "user_1",
            shape: .clerkUser,
            at: DirectoryFixture.now
        )
        #expect(outcome == row.expected)
    }
}
