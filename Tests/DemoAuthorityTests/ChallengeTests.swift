import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// Challenges: answered once, in time, from where they were asked for.
@Suite struct ChallengeTests {
    private static let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

    /// Ada with an open challenge.
    private static func open() throws -> (visitor: Visitor, factor: String, challenge: String) {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        let factor = try visitor.factor()
        let challenge = try #require(visitor.challenge(factor)["id"]?.stringValue)
        return (visitor, factor, challenge)
    }

    private static func code(_ visitor: Visitor) throws -> String {
        try #require(TimeBasedCode(secret: Self.secret)).code(at: visitor.now)
    }

    @Test func aWrongCodeCanBeFollowedByTheRightOne() throws {
        let (visitor, factor, challenge) = try Self.open()
        let right = try Self.code(visitor)
        let wrong = right == "000000" ? "111111" : "000000"
        let refused = visitor.verify(factor, challenge: challenge, code: wrong)
        #expect(refused.refusal == "422 mfa_verification_failed")
        #expect(visitor.verify(factor, challenge: challenge, code: right).status == 200)
    }

    @Test(
        "codes of the step before and after are good, others are not",
        arguments: [(-60, 422), (-30, 200), (0, 200), (30, 200), (60, 422)] as [(Int64, Int)]
    )
    func skew(seconds: Int64, status: Int) throws {
        let (visitor, factor, challenge) = try Self.open()
        let code = try #require(TimeBasedCode(secret: Self.secret))
            .code(at: visitor.now.adding(seconds: seconds))
        #expect(visitor.verify(factor, challenge: challenge, code: code).status == status)
    }

    @Test func aChallengeIsAnsweredOnce() throws {
        let (visitor, factor, challenge) = try Self.open()
        let code = try Self.code(visitor)
        visitor.verify(factor, challenge: challenge, code: code)
        let again = visitor.verify(factor, challenge: challenge, code: code)
        #expect(again.refusal == "422 mfa_ip_address_mismatch")
        let next = try #require(visitor.challenge(factor)["id"]?.stringValue)
        let reused = visitor.verify(factor, challenge: next, code: code)
        #expect(reused.status == 200, "the same code with a new challenge")
    }

    @Test func aChallengeIsAnsweredFromWhereItWasAskedFor() throws {
        let (visitor, factor, challenge) = try Self.open()
        visitor.address = "203.0.113.9"
        let code = try Self.code(visitor)
        let refused = visitor.verify(factor, challenge: challenge, code: code)
        #expect(refused.refusal == "422 mfa_ip_address_mismatch")
    }

    @Test func aChallengeEndsAfterFiveMinutes() throws {
        let (visitor, factor, challenge) = try Self.open()
        visitor.wait(seconds: 300)
        let code = try Self.code(visitor)
        let late = visitor.verify(factor, challenge: challenge, code: code)
        #expect(late.refusal == "422 mfa_challenge_expired")
        let gone = visitor.verify(factor, challenge: challenge, code: code)
        #expect(gone.refusal == "422 mfa_factor_not_found")
    }

    @Test(
        "what is no answer",
        arguments: [
            (
                ["challenge_id": "0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001", "code": "123456"],
                "422 mfa_factor_not_found"
            ),
            (
                ["challenge_id": "0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001", "code": ""],
                "400 validation_failed"
            ),
            (["challenge_id": "none", "code": "123456"], "400 bad_json"),
        ] as [(JSONValue, String)]
    )
    func noAnswer(body: JSONValue, refusal: String) throws {
        let (visitor, factor, _) = try Self.open()
        #expect(visitor.ask(.POST, "/factors/\(factor)/verify", body).refusal == refusal)
    }

    @Test func anotherChannelIsNotServed() throws {
        let visitor = try Visitor()
        visitor.signIn(.pia)
        let reply = visitor.challenge(try visitor.factor(), ["channel": "pigeon"])
        #expect(reply.refusal == "400 validation_failed")
    }

    @Test("guessing is slowed down: a burst of thirty, then fifteen a minute")
    func limit() throws {
        let (visitor, factor, challenge) = try Self.open()
        for _ in 0..<30 {
            let reply = visitor.verify(factor, challenge: challenge, code: "abcdef")
            #expect(reply.refusal == "422 mfa_verification_failed")
        }
        let limited = visitor.verify(factor, challenge: challenge, code: "abcdef")
        #expect(limited.refusal == "429 over_request_rate_limit")
        #expect(limited.headers.first(name: "retry-after") == nil, "as the real one")
        visitor.wait(seconds: 4)
        let code = try Self.code(visitor)
        #expect(visitor.verify(factor, challenge: challenge, code: code).status == 200)
    }
}
