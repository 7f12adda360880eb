internal import PolicyDSL

/// How one kind of issuer writes down who somebody is and how strongly that was proven.
///
/// Profiles are data; `Caller` is the one place that reads tokens by them.
struct ProviderProfile: Equatable, Sendable {
    /// How the assurance level is read.
    enum Assurance: Equatable, Sendable {
        /// Supabase's `aal`: absent is aal1, anything but `aal1` and `aal2` refuses the token.
        case levelClaim
        /// Clerk's `fva`: minutes since each factor was verified, counted when the token was made.
        case factorVerificationAge
        /// A claim with listed values; anything else is aal1.
        case mapping(AssuranceMapping)
    }

    /// How tokens that no person holds are told from the others.
    enum MachineRule: Equatable, Sendable {
        /// `role` is `service_role`.
        case serviceRole
        /// The client is its own subject (RFC 9068, section 2.2), or the issuer says so.
        case clientIsSubject
        case never
    }

    let assurance: Assurance
    /// The issuer's method names; one that is not listed satisfies nothing.
    let methods: [String: MethodMeaning]
    /// The claim that names the session.
    let sessionClaim: String
    let machines: MachineRule
    /// A claim whose presence means that an OAuth client holds the token: no page can upgrade it.
    let oauthClientClaim: String?
    /// Whether `role: anon` and `is_anonymous` mean visitors and guests.
    let hasAnonymousUsers: Bool
    /// Which verified tokens are session tokens at all.
    let tokens: SessionTokenRules
}

extension ProviderProfile {
    /// Supabase Auth, and static issuers that write their claims the same way.
    static let supabase = ProviderProfile(
        assurance: .levelClaim,
        methods: [
            "password": .method(.password), "otp": .method(.otp),
            "magiclink": .method(.magiclink), "oauth": .method(.oauth),
            "sso/saml": .method(.saml), "passkey": .method(.passkey),
            "web3": .method(.web3), "recovery": .method(.recovery),
            "invite": .method(.invite), "totp": .method(.totp),
            "mfa/phone": .method(.sms), "mfa/sms": .method(.sms),
            "mfa/webauthn": .method(.webauthn),
            "email/signup": .signIn, "email_change": .signIn,
        ],
        sessionClaim: "session_id",
        machines: .serviceRole,
        oauthClientClaim: "client_id",
        hasAnonymousUsers: true,
        tokens: .none
    )

    /// Clerk session tokens, which tell ages of levels but no methods.
    ///
    /// `authorizedParties` are the origins whose pages may have fetched the token; where none is
    /// named, none is refused.
    static func clerk(authorizedParties: [String] = []) -> ProviderProfile {
        ProviderProfile(
            assurance: .factorVerificationAge,
            methods: [:],
            sessionClaim: "sid",
            machines: .never,
            oauthClientClaim: nil,
            hasAnonymousUsers: false,
            tokens: .clerk(authorizedParties: authorizedParties)
        )
    }

    /// An OpenID Connect provider: `amr` as RFC 8176 registers it, the level by `mapping`.
    ///
    /// RFC 8176 names possession of a key (`hwk`, `swk`) but not the protocol that proved it, so
    /// neither counts as webauthn.
    static func openIDConnect(_ mapping: AssuranceMapping) -> ProviderProfile {
        ProviderProfile(
            assurance: .mapping(mapping),
            methods: [
                "pwd": .method(.password), "otp": .method(.totp), "sms": .method(.sms),
            ],
            sessionClaim: "sid",
            machines: .clientIsSubject,
            oauthClientClaim: nil,
            hasAnonymousUsers: false,
            tokens: .none
        )
    }
}

extension IssuerConfiguration.Provider {
    /// How this provider's tokens are read.
    var profile: ProviderProfile {
        switch self {
        case .supabase, .static: .supabase
        case .clerk(let instance): .clerk(authorizedParties: instance.authorizedParties)
        case .oidc(let mapping): .openIDConnect(mapping)
        }
    }
}
