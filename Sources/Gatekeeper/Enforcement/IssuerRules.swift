internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// What enforcement knows of one issuer.
struct IssuerRules: Sendable {
    /// The position in the configuration, which keys and directories go by.
    let index: Int
    let configuration: IssuerConfiguration
    let profile: ProviderProfile
    let expectations: TokenExpectations
    /// The key that client libraries send as a Bearer when nobody is signed in.
    let apiKey: [UInt8]?
    /// The `iss` of the API keys that are tokens themselves, signed with the shared secret.
    let legacyIssuer: String?

    init(_ configuration: IssuerConfiguration, index: Int, limits: Limits) {
        self.index = index
        self.configuration = configuration
        self.profile = configuration.provider.profile
        self.expectations = TokenExpectations(of: configuration, limits: limits)
        switch configuration.provider {
        case .supabase(let project):
            self.apiKey = project.apiKey.map { Array($0.value.utf8) }
            self.legacyIssuer = configuration.keySources.secret == nil ? nil : "supabase"
        case .clerk, .oidc, .static:
            self.apiKey = nil
            self.legacyIssuer = nil
        }
    }

    func issues(_ name: String) -> Bool {
        self.configuration.issuer.utf8.elementsEqual(name.utf8) || self.isLegacy(name)
    }

    private func isLegacy(_ name: String) -> Bool {
        self.legacyIssuer.map { $0.utf8.elementsEqual(name.utf8) } ?? false
    }

    /// What a token that bears `name` as its `iss` is held against.
    ///
    /// Legacy API keys name no audience; only the roles `anon` and `service_role` exist among them.
    func expectations(for name: String) -> TokenExpectations {
        guard self.isLegacy(name) else { return self.expectations }
        var legacy = self.expectations
        legacy.issuer = name
        legacy.audiences = []
        return legacy
    }

    /// Whether a verified token of `name` may stand for what its claims say.
    func vouches(for claims: ClaimsSet, named name: String) -> Bool {
        guard self.isLegacy(name) else { return true }
        return claims["role"] == .string("anon") || claims["role"] == .string("service_role")
    }
}

extension TokenExpectations {
    /// What the configuration expects of an issuer's tokens.
    init(of issuer: IssuerConfiguration, limits: Limits) {
        self.init(
            issuer: issuer.issuer,
            audiences: issuer.audiences,
            algorithms: issuer.algorithms,
            tokenType: issuer.tokenType == .accessToken ? .accessToken : .anyJWT,
            leeway: Int(issuer.leeway.components.seconds),
            limits: TokenLimits(maximumBytes: limits.tokenBytes)
        )
    }
}
