internal import JSON
internal import PolicyDSL
internal import TokenVerify

/// What enforcement knows of one issuer.
final class IssuerRules: Sendable {
    /// The position in the configuration, which keys and directories go by.
    let index: Int
    let configuration: IssuerConfiguration
    let profile: ProviderProfile
    let expectations: TokenExpectations
    /// The key that client libraries send as a Bearer when nobody is signed in.
    let apiKey: [UInt8]?
    private let hasLegacyKeys: Bool

    init(_ configuration: IssuerConfiguration, index: Int, limits: Limits) {
        self.index = index
        self.configuration = configuration
        self.profile = configuration.provider.profile
        self.expectations = TokenExpectations(of: configuration, limits: limits)
        self.apiKey = configuration.apiKey
        self.hasLegacyKeys = configuration.hasLegacyKeys
    }

    /// Whether tokens of that `iss`, compared byte for byte, are this issuer's.
    func issues(_ claims: ClaimsSet) -> Bool {
        claims.isIssued(by: self.configuration.issuer)
    }

    /// Whether a token of that `iss` may be one of this issuer's legacy API keys.
    func mayHaveLegacyKey(of name: String) -> Bool {
        self.hasLegacyKeys && LegacyAPIKey.isIssuer(name)
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
