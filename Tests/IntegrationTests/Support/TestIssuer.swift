import Foundation
import JSON
import TokenSigning
import TokenVerify

/// Somebody who signs tokens that look like Supabase's.
struct TestIssuer: Sendable {
    let key: SigningKey
    var name = "https://issuer.example"
    var audience = "api"

    init(keyID: String? = "key-1") throws {
        self.key = try SigningKey.generate(.es256, keyID: keyID)
    }

    init(key: SigningKey) {
        self.key = key
    }

    /// Somebody who shares a secret with whoever verifies.
    init(secret: String) {
        self.key = SigningKey(secret: Array(secret.utf8))
    }

    /// A token; its first method was proven a minute ago, the next one two minutes ago.
    ///
    /// It expires after `lifetime` seconds, and has expired where that is negative.
    func token(
        _ subject: String? = "olga",
        assurance: String = "aal1",
        methods: [String] = ["password"],
        lifetime: Int64 = 3600,
        extra: JSONObject = [:]
    ) throws -> String {
        try self.key.token(
            claims: self.claims(subject, assurance, methods, lifetime: lifetime, extra)
        )
    }

    func claims(
        _ subject: String? = "olga",
        _ assurance: String = "aal1",
        _ methods: [String] = ["password"],
        lifetime: Int64 = 3600,
        _ extra: JSONObject = [:]
    ) -> JSONObject {
        let now = Int64(Date().timeIntervalSince1970)
        let proofs = methods.enumerated().map { index, method in
            JSONValue.object([
                "method": .string(method),
                "timestamp": .integer(now - 60 * Int64(index + 1)),
            ])
        }
        var claims: JSONObject = [
            "iss": .string(self.name),
            "aud": .string(self.audience),
            "iat": .integer(now + min(0, lifetime - 60)),
            "exp": .integer(now + lifetime),
            "role": "authenticated",
            "aal": .string(assurance),
            "amr": .array(proofs),
        ]
        claims["sub"] = subject.map(JSONValue.string)
        claims["session_id"] = subject.map { .string("session-of-\($0)") }
        for member in extra { claims[member.name] = member.value }
        return claims
    }

    /// The public keys, as an issuer publishes them.
    func keySet() throws -> String {
        JSONValue.object(try SigningKey.keySet([self.key])).serialized()
    }
}
