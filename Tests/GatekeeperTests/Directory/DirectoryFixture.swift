import JSON
import Logging
import NIOCore
import PolicyDSL
import TokenVerify

@testable import Gatekeeper

enum DirectoryFixture {
    static func claims(_ json: String) throws -> ClaimsSet {
        try ClaimsSet(unverified: Array(json.utf8))
    }

    static func question(
        _ subject: String,
        session: String? = nil,
        issuer: Int = 0,
        changedAt: Instant? = nil
    ) throws -> DirectoryQuestion {
        DirectoryQuestion(
            issuer: issuer,
            subject: subject,
            session: session,
            token: Array("token".utf8),
            claims: try self.claims("{}"),
            changedAt: changedAt
        )
    }

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    static let now = Instant(microseconds: 1_790_000_000_000_000)

    static func facts(totp: Int) -> DirectoryAnswer {
        .known(UserFacts(created: .known(nil), factors: .known(FactorCounts(totp: totp))))
    }
}
