internal import JSON
internal import TokenSigning

/// A token issuer for demonstrations: one key, and claims like Supabase's.
struct DemoIssuer: Sendable {
    let key: SigningKey
    let name: String
    let audience: String

    /// The issuer of the quickstart unless it is named otherwise.
    init(
        key: SigningKey,
        name: String = "https://issuer.quickstart.example",
        audience: String = "quickstart"
    ) {
        self.key = key
        self.name = name
        self.audience = audience
    }

    /// Makes a token.
    ///
    /// - `methods`: the methods proven, each with how many seconds ago.
    /// - `lifetime`: seconds until it expires; negative for a token that has.
    func token(
        subject: String?,
        assurance: String,
        methods: [(name: String, secondsAgo: Int64)],
        extra: JSONObject = [:],
        now: Int64,
        lifetime: Int64 = 86_400
    ) throws(SigningError) -> String {
        let proofs = methods.map { method in
            JSONValue.object([
                "method": .string(method.name),
                "timestamp": .integer(now - method.secondsAgo),
            ])
        }
        var claims: JSONObject = [
            "iss": .string(self.name),
            "aud": .string(self.audience),
            "iat": .integer(min(now, now + lifetime - 60)),
            "exp": .integer(now + lifetime),
            "role": "authenticated",
            "aal": .string(assurance),
            "amr": .array(proofs),
        ]
        claims["sub"] = subject.map(JSONValue.string)
        claims["session_id"] = subject.map { .string("session-of-\($0)") }
        for member in extra {
            claims[member.name] = member.value
        }
        return try self.key.token(claims: claims)
    }

    /// The token of a persona, or nil for the one who has none.
    func token(for persona: QuickstartPersona, now: Int64) throws(SigningError) -> String? {
        guard persona.hasToken else { return nil }
        var methods: [(name: String, secondsAgo: Int64)] = [("password", 120)]
        if persona.assurance == "aal2" { methods.insert(("totp", 60), at: 0) }
        return try self.token(
            subject: persona.subject,
            assurance: persona.assurance,
            methods: methods,
            extra: persona.extra,
            now: now,
            lifetime: persona.isExpired ? -3_600 : 86_400
        )
    }
}
