import JSON
import NIOHTTP1
import PolicyDSL
import Testing

@testable import DemoAuthority

/// Refresh tokens: replaced with each use, and never good twice.
@Suite struct RefreshTests {
    @Test func eachUseReplacesTheToken() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let first = visitor.refresh
        visitor.wait(seconds: 60)
        #expect(visitor.refreshSession().status == 200)
        #expect(visitor.refresh != first)
        #expect(visitor.claim("iat") == .integer(visitor.now.seconds))
        let proof = visitor.claim("amr")?.arrayValue?.first
        #expect(proof?["timestamp"] == .integer(visitor.now.seconds - 60), "as it was proven")
    }

    @Test("the token that the active one replaced is answered as before: the answer may be lost")
    func lostAnswer() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let first = visitor.refresh
        visitor.refreshSession()
        let second = visitor.refresh
        visitor.wait(seconds: 3600)
        #expect(visitor.refreshSession(first).status == 200)
        #expect(visitor.refresh == second)
    }

    @Test("an older one is good for ten seconds", arguments: [(10, 200), (11, 400)])
    func reuse(seconds: Int64, status: Int) throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let first = visitor.refresh
        visitor.refreshSession()
        visitor.refreshSession()
        visitor.wait(seconds: seconds)
        #expect(visitor.refreshSession(first).status == status)
    }

    @Test("one that is used too late ends the whole family")
    func theft() throws {
        let visitor = try Visitor()
        visitor.signIn(.olga)
        let first = visitor.refresh
        visitor.refreshSession()
        visitor.refreshSession()
        let current = visitor.refresh
        visitor.wait(seconds: 11)
        #expect(visitor.refreshSession(first).refusal == "400 refresh_token_already_used")
        #expect(visitor.refreshSession(current).refusal == "400 refresh_token_already_used")
    }

    @Test(
        "the decision alone",
        arguments: [
            (false, nil, nil, RefreshDecision.replace),
            (true, "old", nil, .repeatAnswer(Self.token("new", parent: "old"))),
            (true, "other", 10, .replace), (true, "other", 9, .revokeFamily),
            (true, nil, nil, .revokeFamily),
        ] as [(Bool, String?, Int64?, RefreshDecision)]
    )
    func decision(
        revoked: Bool,
        parentOfActive: String?,
        reusableUntil: Int64?,
        expected: RefreshDecision
    ) {
        var presented = Self.token("old", parent: nil)
        presented.revoked = revoked
        presented.reusableUntil = reusableUntil.map { Instant(microseconds: $0 * 1_000_000) }
        let active = parentOfActive.map { Self.token("new", parent: $0) }
        let now = Instant(microseconds: 10_000_000)
        #expect(presented.decision(active: active, at: now) == expected)
    }

    private static func token(_ token: String, parent: String?) -> RefreshToken {
        RefreshToken(token: token, sessionId: "s", parent: parent)
    }

    @Test(
        "what cannot be refreshed",
        arguments: [
            ("refresh_token", ["refresh_token": "unknown"], "400 refresh_token_not_found"),
            ("refresh_token", [:], "400 validation_failed"),
            ("magic", [:], "400 invalid_credentials"),
        ] as [(String, JSONValue, String)]
    )
    func refusal(grant: String, body: JSONValue, refusal: String) throws {
        #expect(try Visitor().enter("/token?grant_type=\(grant)", body).refusal == refusal)
    }

    @Test func theSecondLevelSurvivesRefreshing() throws {
        let visitor = try Visitor()
        try visitor.signInTwice(.ada)
        visitor.wait(seconds: 86_400)
        visitor.refreshSession()
        #expect(visitor.claim("aal") == "aal2")
    }

    @Test("the refresh token of the first level does not open the second")
    func oldTokenAfterVerifying() throws {
        let visitor = try Visitor()
        visitor.signIn(.ada)
        let old = visitor.refresh
        try visitor.pass(try visitor.factor(), secret: Persona.ada.factors[0].secret ?? "")
        #expect(visitor.refreshSession(old).refusal == "400 refresh_token_already_used")
    }
}
