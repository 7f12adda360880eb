import JSON
import PolicyDSL
import Testing
import TokenVerify

@testable import Gatekeeper

/// What a token shows that a directory may not have heard of yet.
@Suite struct LatestChangeTests {
    private static let now: Int64 = 1_790_000_000

    struct Row: Sendable {
        let claims: String
        /// Seconds before now; nil where the token shows no change.
        let ago: Int64?
    }

    @Test(
        "a newer factor, a higher level and a new session are changes",
        arguments: [
            Row(claims: #""amr":[{"method":"password","timestamp":\#(now - 900)}]"#, ago: 900),
            // The second factor is newer than the sign-in.
            Row(
                claims: """
                    "aal":"aal2","amr":[{"method":"totp","timestamp":\(now - 300)},
                                        {"method":"password","timestamp":\(now - 900)}]
                    """,
                ago: 300
            ),
            // A higher level without a method that explains it: the token's issue is the latest
            // it can be.
            Row(
                claims: """
                    "aal":"aal2","iat":\(now - 200),
                    "amr":[{"method":"password","timestamp":\(now - 900)}]
                    """,
                ago: 200
            ),
            // Entries without times, as a hook may write them, and no entries at all.
            Row(claims: #""iat":\#(now - 200),"amr":["password","totp"]"#, ago: 200),
            Row(claims: #""iat":\#(now - 200)"#, ago: 200),
            Row(claims: "", ago: nil),
            // Refreshing a dated session is no change.
            Row(
                claims: """
                    "iat":\(now - 100),"amr":[{"method":"password","timestamp":\(now - 900)}]
                    """,
                ago: 900
            ),
            // Clocks differ: what happened in the last minute may have happened just now.
            Row(claims: #""amr":[{"method":"password","timestamp":\#(now - 59)}]"#, ago: 0),
            Row(claims: #""amr":[{"method":"password","timestamp":\#(now + 30)}]"#, ago: 0),
            Row(claims: #""iat":\#(now + 20)"#, ago: 0),
        ]
    )
    func change(_ row: Row) throws {
        let text =
            #"{"sub":"ada","role":"authenticated"\#(row.claims.isEmpty ? "" : ",")\#(row.claims)}"#
        let claims = try DirectoryFixture.claims(text)
        let now = Instant(microseconds: Self.now * 1_000_000)
        let caller = try Caller(claims: claims, profile: .supabase, paths: [], now: now)
        let issuedAt = claims.issuedAt.map { Instant(microseconds: $0.microseconds) }
        let expected = row.ago.map { Instant(microseconds: (Self.now - $0) * 1_000_000) }
        #expect(caller.latestChange(issuedAt: issuedAt, now: now) == expected)
    }
}
