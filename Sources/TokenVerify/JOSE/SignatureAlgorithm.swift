/// The signature algorithms we verify: RFC 7518 section 3.1 without `none`, RFC 8037 section 3.1.
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
}

extension SignatureAlgorithm {
    /// Whether the key is a secret that both sides share.
    public var isSymmetric: Bool {
        switch self {
        case .hs256, .hs384, .hs512: true
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA: false
        }
    }

    /// Whether it is RSASSA-PKCS1-v1_5 (RFC 7518 section 3.3).
    var isPKCS1: Bool {
        switch self {
        case .rs256, .rs384, .rs512: true
        case .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA, .hs256, .hs384, .hs512: false
        }
    }

    /// The hash that is signed; EdDSA signs the message itself.
    package var hash: HashFunction? {
        switch self {
        case .rs256, .ps256, .es256, .hs256: .sha256
        case .rs384, .ps384, .es384, .hs384: .sha384
        case .rs512, .ps512, .es512, .hs512: .sha512
        case .edDSA: nil
        }
    }
}

/// The SHA-2 functions of FIPS 180-4 that JOSE uses.
package enum HashFunction: String, Sendable {
    case sha256 = "SHA256"
    case sha384 = "SHA384"
    case sha512 = "SHA512"

    package var byteCount: Int {
        switch self {
        case .sha256: 32
        case .sha384: 48
        case .sha512: 64
        }
    }
}
