internal import JSON
internal import NIOHTTP1
internal import TokenSigning

// What everybody may read.
extension Exchange {
    func discoveryAnswer(_ parts: [Substring]) throws -> DemoResponse? {
        guard self.request.method == .GET || self.request.method == .HEAD else { return nil }
        switch (parts.first, parts.dropFirst().first, parts.count) {
        case ("health", nil, 1): return .json(Self.health)
        case (".well-known", "jwks.json", 2): return try self.keySet()
        case (".well-known", "openid-configuration", 2): return self.openIDConfiguration()
        default: return nil
        }
    }

    private static let health: JSONValue = [
        "version": "v2.196.0", "name": "GoTrue",
        "description": "GoTrue is a user registration and authentication API",
    ]

    private func keySet() throws -> DemoResponse {
        var list: [JSONValue] = []
        for entry in self.authority.keyRing.entries {
            var key = try entry.key.publicJWK()
            key["key_ops"] = ["verify"]
            key["ext"] = true
            list.append(.object(key))
        }
        return Self.cacheable(["keys": .array(list)])
    }

    private func openIDConfiguration() -> DemoResponse {
        let issuer = self.rules.issuer
        return Self.cacheable([
            "issuer": .string(issuer),
            "authorization_endpoint": .string("\(issuer)/oauth/authorize"),
            "token_endpoint": .string("\(issuer)/oauth/token"),
            "jwks_uri": .string("\(issuer)/.well-known/jwks.json"),
            "userinfo_endpoint": .string("\(issuer)/oauth/userinfo"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "ES256"],
        ])
    }

    private static func cacheable(_ document: JSONValue) -> DemoResponse {
        var response = DemoResponse.json(document)
        response.headers.add(name: "Cache-Control", value: "public, max-age=600")
        return response
    }

    /// What `GET /settings` tells clients about sign-in.
    func settings() -> DemoResponse {
        .json([
            "external": [
                "anonymous_users": .bool(self.rules.permitsAnonymous), "email": true,
                "phone": true,
            ],
            "disable_signup": false, "mailer_autoconfirm": true, "phone_autoconfirm": true,
            "sms_provider": "outbox", "saml_enabled": false, "passkeys_enabled": false,
        ])
    }
}
