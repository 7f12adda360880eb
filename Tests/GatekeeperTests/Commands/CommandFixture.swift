import JSON
import PolicyDSL
import Testing
import TokenSigning
import TokenVerify

@testable import Gatekeeper

/// Dry runs without files.
enum CommandFixture {
    static let now = IdentityFixture.now

    static let policies: String = """
        pages { sign-in /login
                step-up /mfa
                enroll /mfa/setup }
        admit users
        policy opted-in-only { for users with a verified factor
                               require aal2 }
        """

    static func issuer(
        _ name: String?,
        profile: ProviderProfile = .supabase,
        key: SigningKey? = EnforcementFixture.key
    ) throws -> SampleIssuers.Issuer {
        SampleIssuers.Issuer(
            profile: profile,
            name: name,
            keys: try key.map { try EnforcementFixture.keySet($0) },
            expectations: TokenExpectations(issuer: name)
        )
    }

    static func run(
        _ issuers: [SampleIssuers.Issuer] = [],
        policies: String = Self.policies,
        fallback: ProviderProfile = .supabase,
        allowsUnverified: Bool = false
    ) throws -> DryRun {
        let policies = try EnforcementFixture.policies(policies)
        return DryRun(
            policies: policies,
            issuers: SampleIssuers(
                issuers: issuers,
                fallback: fallback,
                allowsUnverified: allowsUnverified
            ),
            answers: AnswerWriter(policies: policies),
            routes: RouteTable()
        )
    }

    static func claims(_ json: String) -> SampleToken { .claims(Array(json.utf8)) }

    static func user(_ json: String) throws -> DirectoryAnswer {
        let value = try JSONValue(parsing: Array(json.utf8), limits: .standard)
        return try SampleUser.answer(value, at: Self.now, place: "`user`")
    }

    static let optedIn = #"{"factors":[{"factor_type":"totp","status":"verified"}]}"#
}
