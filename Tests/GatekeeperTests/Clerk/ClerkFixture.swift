import JSON
import PolicyDSL
import Testing
import TokenSigning

@testable import Gatekeeper

/// A Clerk instance, and what browsers bring of it.
enum ClerkFixture {
    static let issuer = "https://clerk.example.test"
    static let suffix = "6tQWJVae"
    static let developmentKey = "pk_test_Y2xlcmsuZXhhbXBsZS50ZXN0JA"
    static let productionKey = "pk_live_Y2xlcmsuZXhhbXBsZS50ZXN0JA"
    static let document = ["Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate"]

    static func instance(
        _ key: String = Self.developmentKey,
        parties: [String] = ["https://app.example.com"]
    ) throws -> ClerkInstance {
        ClerkInstance(
            publishableKey: key,
            secretKey: nil,
            authorizedParties: parties,
            expired: .handshake,
            frontendAPI: try #require(ClerkInstance.frontendAPI(of: key)),
            backendAPI: try #require(WebURL(ClerkInstance.defaultBackendAPI))
        )
    }

    /// The configuration of the instance as an issuer; its keys are a file, so that nobody is
    /// asked for them.
    static func issuers(
        key: String = Self.developmentKey,
        expired: String = "handshake",
        secretKey: String? = nil
    ) -> String {
        let lines = [
            "provider: clerk", "publishable_key: \(key)", "expired: \(expired)",
            "authorized_parties: [https://app.example.com]", "jwks: clerk.json",
        ]
        let all = lines + (secretKey.map { ["secret_key: \($0)"] } ?? [])
        return "  - " + all.joined(separator: "\n    ")
    }

    /// A session token made `age` seconds ago, which lives for a minute.
    static func token(
        _ changes: JSONObject = [:],
        subject: String = "user_1",
        age: Int64 = 0,
        key: SigningKey = EnforcementFixture.key,
        now: Instant = .now
    ) throws -> String {
        let made = now.microseconds / 1_000_000 - age
        var claims: JSONObject = [
            "v": 2, "iss": .string(Self.issuer), "sub": .string(subject), "sid": "sess_1",
            "azp": "https://app.example.com", "iat": .integer(made), "exp": .integer(made + 60),
            "fva": [5, -1],
        ]
        for member in changes { claims[member.name] = member.value }
        return try key.token(claims: claims, header: ["cat": "cl_B7d4PD111AAA"])
    }

    /// A result of a handshake, as a token that holds these cookies.
    static func result(
        _ cookies: [String],
        key: SigningKey = EnforcementFixture.key
    ) throws -> String {
        try key.token(claims: ["handshake": .array(cookies.map { .string($0) })])
    }
}
