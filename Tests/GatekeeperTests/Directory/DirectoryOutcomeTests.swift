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
}
