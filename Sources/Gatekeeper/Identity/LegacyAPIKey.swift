internal import JSON
internal import TokenVerify

/// The API keys of older Supabase projects: tokens themselves, signed with the project's secret.
///
/// They bear the same `iss` whatever the project, so that only their signature tells whose they are.
enum LegacyAPIKey {
    private static let issuer = "supabase"

    static func isIssuer(_ name: String) -> Bool {
        name.utf8.elementsEqual(self.issuer.utf8)
    }

    /// What such a key is held against, where `expected` holds for the project's other tokens.
    ///
    /// It names no audience.
    static func expectations(_ expected: TokenExpectations) -> TokenExpectations {
        var legacy = expected
        legacy.issuer = self.issuer
        legacy.audiences = []
        return legacy
    }

    /// Whether a verified token of this issuer is such a key: there are two roles among them.
    static func isOne(_ claims: ClaimsSet) -> Bool {
        claims["role"] == .string("anon") || claims["role"] == .string("service_role")
    }

    /// Whether a refusal may only mean that the key is another project's.
    static func mayBeForeign(_ code: String) -> Bool {
        code == TokenRejection.signatureInvalid.code
            || code == TokenRejection.algorithmNotAllowed.code
    }
}

extension IssuerConfiguration {
    /// Whether API keys that are tokens count here: they need the secret that signs them.
    var hasLegacyKeys: Bool {
        switch self.provider {
        case .supabase: self.keySources.secret != nil
        case .clerk, .oidc, .static: false
        }
    }

    /// The opaque or legacy key that client libraries send as a Bearer when nobody is signed in.
    var apiKey: [UInt8]? {
        switch self.provider {
        case .supabase(let project): project.apiKey.map { Array($0.value.utf8) }
        case .clerk, .oidc, .static: nil
        }
    }
}
