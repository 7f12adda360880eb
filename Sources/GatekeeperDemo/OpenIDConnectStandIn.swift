internal import DemoAuthority
internal import JSON
internal import NIOHTTP1
internal import TokenSigning
internal import TokenVerify

/// The endpoints of an OpenID Connect provider that Gatekeeper asks: discovery and keys.
struct OpenIDConnectStandIn: Sendable {
    let issuer: String
    let key: SigningKey

    /// The path under which the issuer is found, as with realms of Keycloak.
    private var folder: String {
        let parts = self.issuer.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropFirst(3).map { "/\($0)" }.joined()
    }

    func respond(to request: DemoRequest) -> DemoResponse {
        switch (request.method, request.path) {
        case (.GET, "\(self.folder)/.well-known/openid-configuration"): self.discovery()
        case (.GET, "\(self.folder)/keys"): self.keySet()
        default: DemoResponse(status: .notFound)
        }
    }

    private func discovery() -> DemoResponse {
        let document: JSONValue = [
            "issuer": .string(self.issuer),
            "jwks_uri": .string("\(self.issuer)/keys"),
            "authorization_endpoint": .string("\(self.issuer)/authorize"),
            "token_endpoint": .string("\(self.issuer)/token"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [.string(self.key.algorithm.rawValue)],
            "acr_values_supported": ["1", "2"],
        ]
        return .json(document.serialized())
    }

    private func keySet() -> DemoResponse {
        guard let keys = try? SigningKey.keySet([self.key]) else {
            return DemoResponse(status: .internalServerError)
        }
        return .json(JSONValue.object(keys).serialized())
    }

    /// A token with the claims that every provider writes, and `claims` of the provider's own.
    func token(
        subject: String = "olga",
        audience: String = "api",
        lifetime: Int64 = 3_600,
        now: Int64 = DemoFiles.now,
        claims extra: JSONObject
    ) throws(SigningError) -> String {
        var claims: JSONObject = [
            "iss": .string(self.issuer),
            "sub": .string(subject),
            "aud": .string(audience),
            "iat": .integer(min(now, now + lifetime - 60)),
            "exp": .integer(now + lifetime),
        ]
        for member in extra { claims[member.name] = member.value }
        return try self.key.token(claims: claims)
    }
}
