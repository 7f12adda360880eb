import NIOCore
import NIOHTTP1
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct DirectoryOutcomeTests {
    struct Row: Sendable {
        var status: UInt = 200
        var headers: HTTPHeaders = [:]
        let body: String
        let expected: DirectoryOutcome
    }

    static let user = #"{"id":"ada","created_at":null,"factors":[]}"#
    static let known = DirectoryOutcome.answered(
        .known(UserFacts(created: .known(nil), factors: .known(FactorCounts())))
    )

    @Test(
        "facts come only from a whole answer about the right user",
        arguments: [
            Row(body: Self.user, expected: Self.known),
            Row(body: #"{"id":"eve"}"#, expected: .failed(.wrongSubject, retryAfter: nil)),
            Row(body: #"{"created_at":null}"#, expected: .failed(.wrongSubject, retryAfter: nil)),
            Row(body: #"{"id":1}"#, expected: .failed(.wrongSubject, retryAfter: nil)),
            Row(body: "[]", expected: .failed(.malformed, retryAfter: nil)),
            Row(body: "<html>", expected: .failed(.malformed, retryAfter: nil)),
            Row(body: #"{"id":"ada","#, expected: .failed(.malformed, retryAfter: nil)),
            Row(body: "", expected: .failed(.malformed, retryAfter: nil)),
            Row(status: 201, body: Self.user, expected: .failed(.status(201), retryAfter: nil)),
            Row(status: 302, body: Self.user, expected: .failed(.status(302), retryAfter: nil)),
            Row(status: 401, body: Self.user, expected: .failed(.status(401), retryAfter: nil)),
            Row(status: 404, body: "nothing", expected: .failed(.status(404), retryAfter: nil)),
            Row(status: 403, body: "{}", expected: .failed(.status(403), retryAfter: nil)),
            Row(status: 500, body: "", expected: .failed(.status(500), retryAfter: nil)),
            Row(
                status: 429,
                headers: ["Retry-After": "7"],
                body: "",
                expected: .failed(.status(429), retryAfter: .seconds(7))
            ),
            Row(
                status: 403,
                body: #"{"code":403,"error_code":"session_not_found","msg":"x"}"#,
                expected: .answered(.refused(.sessionRevoked))
            ),
            Row(
                status: 403,
                body: #"{"code":"user_banned","message":"x"}"#,
                expected: .answered(.refused(.userBanned))
            ),
            Row(
                status: 404,
                headers: ["x-sb-error-code": "user_not_found"],
                body: "",
                expected: .answered(.refused(.userNotFound))
            ),
            Row(
                status: 403,
                body: #"{"error_code":"bad_jwt"}"#,
                expected: .answered(.refused(.sessionRevoked))
            ),
            Row(
                status: 401,
                body: #"{"error_code":"bad_jwt"}"#,
                expected: .failed(.status(401), retryAfter: nil)
            ),
        ]
    )
    func judging(_ row: Row) {
        let document = FetchedDocument(
            status: row.status,
            headers: row.headers,
            body: Array(row.body.utf8)
        )
        let outcome = DirectoryOutcome(
            judging: document,
            subject: "ada",
            at: DirectoryFixture.now
        )
        #expect(outcome == row.expected)
    }

    private static let list = #"[{"id":"1","factor_type":"totp","status":"verified"}]"#

    @Test(
        "a bare list says which factors there are, and nothing about when the user came",
        arguments: [
            (
                200, Self.list,
                DirectoryOutcome.answered(.known(Self.factors(FactorCounts(totp: 1))))
            ),
            (200, "[]", .answered(.known(Self.factors(FactorCounts())))),
            (200, "null", .answered(.known(Self.factors(FactorCounts())))),
            (200, "[1]", .answered(.known(UserFacts()))),
            (200, "{}", .failed(.malformed, retryAfter: nil)),
            (200, "", .failed(.malformed, retryAfter: nil)),
            (404, "{}", .failed(.status(404), retryAfter: nil)),
            (404, #"{"error_code":"user_not_found"}"#, .answered(.refused(.userNotFound))),
        ] as [(UInt, String, DirectoryOutcome)]
    )
    func factorList(_ status: UInt, _ body: String, _ expected: DirectoryOutcome) {
        let document = FetchedDocument(status: status, headers: [:], body: Array(body.utf8))
        let outcome = DirectoryOutcome(
            judging: document,
            subject: "ada",
            shape: .factorList,
            at: DirectoryFixture.now
        )
        #expect(outcome == expected)
    }

    private static func factors(_ counts: FactorCounts) -> UserFacts {
        UserFacts(created: .unknown, factors: .known(counts))
    }

    @Test("the subject stands where the configuration says")
    func subjectPath() {
        var paths = UserPaths()
        paths.id = ClaimPath(["profile", "user_id"])
        let document = FetchedDocument(
            status: 200,
            headers: [:],
            body: Array(#"{"id":"7","profile":{"user_id":"ada"}}"#.utf8)
        )
        func outcome(_ subject: String) -> DirectoryOutcome {
            DirectoryOutcome(
                judging: document,
                subject: subject,
                shape: .user(paths),
                at: DirectoryFixture.now
            )
        }
        #expect(outcome("7") == .failed(.wrongSubject, retryAfter: nil))
        let nothing = UserFacts(created: .known(nil), factors: .known(FactorCounts()))
        #expect(outcome("ada") == .answered(.known(nothing)))
    }
}
