internal import PolicyDSL
internal import TokenVerify

/// One token issuer: what its tokens must look like and where its keys are.
struct IssuerConfiguration: Equatable, Sendable {
    let provider: Provider
    /// The exact `iss` of its tokens.
    let issuer: String
    /// A token must name one of these; empty only where the provider knows no audience.
    let audiences: [String]
    /// Absent: what each key allows.
    let algorithms: Set<SignatureAlgorithm>?
    let tokenType: TokenTypeRule
    let leeway: Duration
    let keySources: KeySources
    /// How long a key set may serve after its last good fetch.
    let keysMaxStale: Duration
    let cookie: SessionCookie?
    let crossSite: CrossSiteRule
    /// Whether the upstream sees the session cookie.
    let forwardsCookie: Bool
}

extension IssuerConfiguration {
    /// Who issues the tokens, with what only that provider has.
    enum Provider: Equatable, Sendable {
        case supabase(SupabaseProject)
        case clerk(ClerkInstance)
        case oidc(AssuranceMapping)
        case `static`

        var name: ProviderName {
            switch self {
            case .supabase: .supabase
            case .clerk: .clerk
            case .oidc: .oidc
            case .static: .static
            }
        }
    }

    enum ProviderName: String, CaseIterable, Sendable {
        case supabase
        case clerk
        case oidc
        case `static`
    }

    /// Whether a cookie counts as a credential on requests from other sites.
    enum CrossSiteRule: String, CaseIterable, Sendable {
        case refuse
        case allow
    }
}

extension IssuerConfiguration {
    /// What the verifier is told about this issuer's tokens.
    func expectations(maximumTokenBytes: Int) -> TokenExpectations {
        TokenExpectations(
            issuer: self.issuer,
            audiences: self.audiences,
            algorithms: self.algorithms,
            tokenType: self.tokenType,
            leeway: Int(self.leeway.components.seconds),
            limits: TokenLimits(maximumBytes: maximumTokenBytes)
        )
    }
}

/// Where the keys of one issuer come from; several may be set.
struct KeySources: Equatable, Sendable {
    enum KeySet: Equatable, Sendable {
        case url(WebURL)
        /// A JSON Web Key Set or PEM public keys, watched for changes.
        case file(String)
        /// OpenID Connect discovery under the issuer's own URL.
        case discovery(WebURL)
    }

    let keySet: KeySet?
    /// A shared HMAC secret, beside the key set or instead of it.
    let secret: Secret?
}

/// The cookie in which browsers carry the session.
enum SessionCookie: Hashable, Sendable {
    /// Supabase's session object, whole or in chunks `name.0`, `name.1`, ...
    case supabase(name: String)
    /// Clerk's `__session` and its suffixed twin, both bare tokens.
    case clerk
    /// The bare token.
    case bare(name: String)
}

/// How an OpenID Connect provider says that a second factor was used.
struct AssuranceMapping: Equatable, Sendable {
    let claim: ClaimPath
    /// The values that mean aal2; anything else is aal1.
    let aal2: [String]
    /// A claim with the time of the sign-in, such as `auth_time`.
    let age: ClaimPath?
    /// Set when the mapping came from a preset.
    let preset: OIDCPreset?
}
