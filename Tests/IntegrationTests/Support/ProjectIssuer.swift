import Foundation
import JSON
import TokenSigning

/// Who signs tokens like a Supabase project's, with a key of the test's choice.
struct ProjectIssuer: Sendable {
    let key: SigningKey
    /// The `iss` of the tokens.
    let name: String

    /// Makes a token.
    ///
    /// - `methods`: the methods proven, each with how many seconds ago.
    func token(
        subject: String?,
        assurance: String,
        methods: [(name: String, secondsAgo: Int64)],
        extra: JSONObject = [:],
        lifetime: Int64 = 86_400
    ) throws -> String {
        let now = Int64(Date().timeIntervalSince1970)
        let proofs = methods.map { method in
            JSONValue.object([
                "method": .string(method.name), "timestamp": .integer(now - method.secondsAgo),
            ])
        }
        var claims: JSONObject = [
            "iss": .string(self.name), "aud": "authenticated",
            "iat": .integer(min(now, now + lifetime - 60)), "exp": .integer(now + lifetime),
            "role": "authenticated", "aal": .string(assurance), "amr": .array(proofs),
        ]
        claims["sub"] = subject.map(JSONValue.string)
        claims["session_id"] = subject.map { .string("session-of-\($0)") }
        for member in extra { claims[member.name] = member.value }
        return try self.key.token(claims: claims)
    }
}
