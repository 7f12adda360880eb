/// Why a whole set of keys was refused.
public enum KeySetError: Error, Hashable, CaseIterable, Sendable {
    /// Larger than the limit.
    case tooLarge
    /// Not one JSON object with a `keys` array, and not one key.
    case malformed
    /// More keys than a set may hold.
    case tooManyKeys
    /// Secrets and public keys side by side.
    case mixed
    /// A PEM text holds no public key or certificate, or one that must not be used.
    case pemUnusable
    /// A secret is shorter than the hash of HS256.
    case secretTooShort
}

extension KeySetError {
    /// The stable word for logs, metrics and results.
    public var code: String {
        switch self {
        case .tooLarge: "key-set-too-large"
        case .malformed: "key-set-malformed"
        case .tooManyKeys: "key-set-too-many-keys"
        case .mixed: "key-set-mixed"
        case .pemUnusable: "key-pem-unusable"
        case .secretTooShort: "key-secret-too-short"
        }
    }
}

extension KeySetError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .tooLarge: "the key set is larger than allowed"
        case .malformed: "the key set is not a JSON Web Key Set"
        case .tooManyKeys: "the key set holds too many keys"
        case .mixed: "the key set mixes secrets with public keys"
        case .pemUnusable: "the PEM text holds no usable public key"
        case .secretTooShort: "the secret is shorter than 32 bytes"
        }
    }
}

/// Why one entry of a key set is not used; the others are.
public enum KeyDefect: String, Error, CaseIterable, Sendable {
    /// Not a JSON object, or a member is missing, of the wrong type or not base64url.
    case malformed = "key-malformed"
    /// A `kty` or curve that we do not verify with.
    case typeUnknown = "key-type-unknown"
    /// `use` or `key_ops` say that the key is for something else.
    case notForSignatures = "key-not-for-signatures"
    /// `alg` is unknown, or one that a key of this type and size cannot have.
    case algorithmMismatch = "key-algorithm-mismatch"
    /// The `kid` is empty or no string.
    case keyIDInvalid = "key-kid-invalid"
    /// Fewer bits than RFC 7518 asks for, or more than we compute with.
    case size = "key-size"
    /// Values with which no signature is safe: an even modulus, an exponent of one, a point off
    /// its curve or of small order, the fingerprint of a known broken generator.
    case weak = "key-weak"

    /// The stable word for logs and results.
    public var code: String {
        self.rawValue
    }
}
