internal import PolicyDSL

/// Providers whose way of showing a second factor is known.
///
/// Only values that prove the second factor are listed; those that merely allow for it, such as
/// Okta's `…:ifpossible` or Entra's `wiaormfa`, are not.
enum OIDCPreset: String, CaseIterable, Sendable {
    case auth0
    case okta
    case keycloak
    case entra
    case firebase
    case ory
    case zitadel
    case authentik
}

extension OIDCPreset {
    var assurance: AssuranceMapping {
        switch self {
        case .auth0: self.mapping("amr", aal2: ["mfa"])
        case .okta: self.mapping("acr", aal2: ["urn:okta:loa:2fa:any", "phr", "phrh"], "auth_time")
        case .keycloak: self.mapping("acr", aal2: ["2"], "auth_time")
        case .entra: self.mapping("amr", aal2: ["mfa", "ngcmfa"])
        case .firebase:
            self.mapping("firebase", "sign_in_second_factor", aal2: ["phone", "totp"], "auth_time")
        case .ory: self.mapping("aal", aal2: ["aal2"], "auth_time")
        case .zitadel: self.mapping("amr", aal2: ["mfa"], "auth_time")
        case .authentik: self.mapping("amr", aal2: ["mfa"], "auth_time")
        }
    }

    private func mapping(
        _ claim: String...,
        aal2: [String],
        _ age: String? = nil
    ) -> AssuranceMapping {
        AssuranceMapping(
            claim: ClaimPath(claim),
            aal2: aal2,
            age: age.map { ClaimPath([$0]) },
            preset: self
        )
    }
}
