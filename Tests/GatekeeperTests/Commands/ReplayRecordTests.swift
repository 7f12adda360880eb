import Testing

@testable import Gatekeeper
@testable import PolicyDSL

@Suite struct ReplayRecordTests {
    private static func record(_ record: DecisionRecord) throws -> ReplayRecord {
        var writer = DecisionLineWriter()
        var line: [UInt8] = []
        writer.begin(record, in: &line)
        writer.end(status: 403, in: &line)
        return try ReplayRecord(parsing: line)
    }

    @Test(
        "what no policy was asked about is no question for other policies",
        arguments: [
            ("rate-limited", false), ("head-too-large", false), ("host-not-served", false),
            ("bad-path", false), ("cross-site", false), ("keys-unavailable", false),
            ("upstream-timeout", false), ("not-admitted", true), ("no-credential", true),
            ("directory-unavailable", true),
        ]
    )
    func asked(reason: String, isAsked: Bool) throws {
        let record = try Self.record(
            DecisionLineTests.record(.deny, isAsked: false, reason: reason)
        )
        #expect((record.principal != nil) == isAsked)
        #expect(record.outcome == .deny)
    }

    @Test("a decision of a policy is one, and so is an allowed request")
    func decided() throws {
        #expect(try Self.record(DecisionLineTests.record()).principal != nil)
        #expect(try Self.record(DecisionLineTests.record(.allow)).principal != nil)
    }
}
