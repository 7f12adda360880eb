internal import JSON

/// One key, with the only algorithms it may ever be used with.
final class VerificationKey: Sendable {
    /// What the key is named by, and which names it answers to.
    enum Name: Sendable {
        /// The `kid` of its JWK, or none.
        case jwk(String?)
        /// Handed over by the operator: it answers to any `kid`, since it was chosen by hand.
        case any
    }

    let name: Name
    let material: KeyMaterial
    let algorithms: [SignatureAlgorithm]

    init(name: Name, judged: JudgedMaterial, algorithms: [SignatureAlgorithm]? = nil) {
        self.name = name
        self.material = judged.material
        self.algorithms = algorithms ?? judged.algorithms
    }

    /// Whether a token may mean this key; one that names none may mean any.
    func answers(to keyID: String?) -> Bool {
        guard let keyID else { return true }
        return switch self.name {
        case .jwk(let own): own?.isIdentical(to: keyID) ?? false
        case .any: true
        }
    }

    func isValidSignature(
        _ signature: Span<UInt8>,
        over input: Span<UInt8>,
        using algorithm: SignatureAlgorithm
    ) -> Bool {
        guard self.algorithms.contains(algorithm) else { return false }
        switch self.material {
        case .publicKey(let key):
            guard let curve = EllipticCurve(algorithm: algorithm) else {
                return key.isValidSignature(signature, over: input, using: algorithm)
            }
            guard let encoded = ECDSASignature.distinguished(signature, curve: curve) else {
                return false
            }
            return key.isValidSignature(encoded.span, over: input, using: algorithm)
        case .secret(let secret):
            return secret.isValidSignature(signature, over: input, using: algorithm)
        }
    }
}

/// What a key is made of; a public key can never be taken for a secret.
enum KeyMaterial: Sendable {
    case publicKey(LibcryptoKey)
    case secret(LibcryptoSecret)
}

/// The curves of RFC 7518 section 6.2.1.1.
package enum EllipticCurve: String, CaseIterable, Sendable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    init?(algorithm: SignatureAlgorithm) {
        switch algorithm {
        case .es256: self = .p256
        case .es384: self = .p384
        case .es512: self = .p521
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .edDSA, .hs256, .hs384, .hs512:
            return nil
        }
    }

    package var algorithm: SignatureAlgorithm {
        switch self {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }

    /// Bytes of one coordinate, and of each half of a signature.
    package var byteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
