/// A way to prove who one is, under the one word the language knows it by.
///
/// Wire spellings differ between issuers; the provider profile maps them to these words.
public enum AuthenticationMethod: UInt8, CaseIterable, Hashable, Sendable {
    case password
    case otp
    case magiclink
    case oauth
    case saml
    case passkey
    case web3
    case recovery
    case invite
    case totp
    case sms
    case webauthn
}

extension AuthenticationMethod {
    /// The word of the language, which is also the one in logs and identity headers.
    public var word: String {
        switch self {
        case .password: "password"
        case .otp: "otp"
        case .magiclink: "magiclink"
        case .oauth: "oauth"
        case .saml: "saml"
        case .passkey: "passkey"
        case .web3: "web3"
        case .recovery: "recovery"
        case .invite: "invite"
        case .totp: "totp"
        case .sms: "sms"
        case .webauthn: "webauthn"
        }
    }

    /// Finds the method that the language calls `word`.
    public init?(word: some StringProtocol) {
        guard let method = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = method
    }

    /// The type of factor that proves this method; nil for first factors.
    public var factorType: FactorType? {
        switch self {
        case .totp: .totp
        case .sms: .phone
        case .webauthn: .webauthn
        case .password, .otp, .magiclink, .oauth, .saml, .passkey, .web3, .recovery, .invite: nil
        }
    }
}
