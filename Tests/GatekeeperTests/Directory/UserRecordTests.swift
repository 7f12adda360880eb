import JSON
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct UserRecordTests {
    static func record(_ text: String) throws -> UserRecord {
        let value = try JSONValue(parsing: Array(text.utf8), limits: .standard)
        return UserRecord(try #require(value.objectValue))
    }

    @Test(
        "a creation time is an instant, or known to be missing",
        arguments: [
            (#"{"created_at":"2026-03-01T09:14:58.402317Z"}"#, "2026-03-01T09:14:58.402317Z"),
            (#"{"created_at":"2026-03-01T11:14:58+02:00"}"#, "2026-03-01T09:14:58Z"),
            (#"{"created_at":null}"#, nil),
            (#"{}"#, nil),
            (#"{"created_at":"yesterday"}"#, nil),
            (#"{"created_at":1780000000}"#, nil),
        ]
    )
    func created(text: String, expected: String?) throws {
        let instant = expected.flatMap { Instant(rfc3339: $0) }
        #expect(try Self.record(text).facts.created == .known(instant))
    }

    struct Factors: Sendable {
        let json: String
        let expected: Fact<FactorCounts>
    }

    @Test(
        "verified factors are counted by type; another shape is Unknown",
        arguments: [
            Factors(json: "null", expected: .known(FactorCounts())),
            Factors(json: "[]", expected: .known(FactorCounts())),
            Factors(
                json: #"[{"factor_type":"totp","status":"verified"}]"#,
                expected: .known(FactorCounts(totp: 1))
            ),
            Factors(
                json: #"[{"factor_type":"totp","status":"unverified"}]"#,
                expected: .known(FactorCounts())
            ),
            Factors(
                json: #"""
                    [{"factor_type":"phone","status":"verified"},
                     {"factor_type":"webauthn","status":"verified"},
                     {"factor_type":"recovery","status":"verified"}]
                    """#,
                expected: .known(FactorCounts(phone: 1, webauthn: 1, other: 1))
            ),
            Factors(json: #"{}"#, expected: .unknown),
            Factors(json: #""totp""#, expected: .unknown),
            Factors(json: #"["totp"]"#, expected: .unknown),
            Factors(json: #"[{"factor_type":"totp"}]"#, expected: .unknown),
            Factors(json: #"[{"status":"verified"}]"#, expected: .unknown),
            Factors(json: #"[{"factor_type":1,"status":"verified"}]"#, expected: .unknown),
        ]
    )
    func factors(_ row: Factors) throws {
        let record = try Self.record(#"{"factors":\#(row.json)}"#)
        #expect(record.facts.factors == row.expected)
        #expect(record.defects.contains(.factorsMalformed) == (row.expected == .unknown))
    }

    @Test("a user object without factors has none")
    func noFactors() throws {
        #expect(try Self.record("{}").facts.factors == .known(FactorCounts()))
    }

    @Test("a ban holds until its end")
    func ban() throws {
        let record = try Self.record(#"{"banned_until":"2026-01-01T00:00:00Z"}"#)
        let end = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
        let before = Instant(microseconds: end.microseconds - 1)
        #expect(record.answer(at: before) == .refused(.userBanned))
        #expect(record.answer(at: end) == .known(record.facts))
    }

    @Test("a ban that cannot be read leaves everything Unknown")
    func unreadableBan() throws {
        let record = try Self.record(#"{"banned_until":"next year"}"#)
        #expect(record.answer(at: DirectoryFixture.now) == .unknown)
    }

    @Test("claims hold facts where a hook put them")
    func claims() throws {
        let source = ClaimsDirectorySource(
            created: ClaimPath(["app_metadata", "created_at"]),
            factors: ClaimPath(["app_metadata", "factors"])
        )
        let json = #"""
            {"app_metadata":{"created_at":"2026-01-01T00:00:00Z",
             "factors":[{"factor_type":"totp","status":"verified"}]}}
            """#
        let full = try DirectoryFixture.claims(json)
        let created = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
        let facts = UserFacts(
            created: .known(created),
            factors: .known(FactorCounts(totp: 1))
        )
        #expect(source.answer(from: full) == .known(facts))
    }

    @Test("a token from before the hook lacks the time and says nothing of factors")
    func claimsMissing() throws {
        let source = ClaimsDirectorySource(
            created: ClaimPath(["created_at"]),
            factors: ClaimPath(["factors"])
        )
        let facts = UserFacts(created: .known(nil), factors: .unknown)
        #expect(source.answer(from: try DirectoryFixture.claims("{}")) == .known(facts))
        let none = ClaimsDirectorySource(created: nil, factors: nil)
        #expect(none.answer(from: try DirectoryFixture.claims("{}")) == .known(UserFacts()))
    }
}
