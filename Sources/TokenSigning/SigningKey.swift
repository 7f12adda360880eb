package import TokenVerify

/// A private key or secret that signs tokens: for demo issuers, examples and tests.
///
/// The sidecar itself never signs anything; this target is not linked into it.
package struct SigningKey: Sendable {
    package let algorithm: SignatureAlgorithm
    package let keyID: String?
    let material: SigningMaterial

    /// Makes a new key for an algorithm.
    package static func generate(
        _ algorithm: SignatureAlgorithm,
        keyID: String? = nil
    ) throws(SigningError) -> SigningKey {
        let material: SigningMaterial
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            material = .pair(try PrivateKey.generateRSA(bits: 2_048))
        case .es256: material = .pair(try PrivateKey.generateEC(.p256))
        case .es384: material = .pair(try PrivateKey.generateEC(.p384))
        case .es512: material = .pair(try PrivateKey.generateEC(.p521))
        case .edDSA: material = .pair(try PrivateKey.generateEd25519())
        case .hs256, .hs384, .hs512:
            material = .secret(try randomBytes(algorithm.hash?.byteCount ?? 64))
        }
        return SigningKey(algorithm: algorithm, keyID: keyID, material: material)
    }

    /// A secret shared with the verifier.
    package init(secret: [UInt8], algorithm: SignatureAlgorithm = .hs256, keyID: String? = nil) {
        self.init(algorithm: algorithm, keyID: keyID, material: .secret(secret))
    }

    /// A private key in PEM, PKCS #8 or the traditional form.
    package init(
        pem: [UInt8],
        algorithm: SignatureAlgorithm,
        keyID: String? = nil
    ) throws(SigningError) {
        self.init(
            algorithm: algorithm,
            keyID: keyID,
            material: .pair(try PrivateKey(pem: pem))
        )
    }

    init(algorithm: SignatureAlgorithm, keyID: String?, material: SigningMaterial) {
        self.algorithm = algorithm
        self.keyID = keyID
        self.material = material
    }
}

/// What a signing key is made of.
enum SigningMaterial: Sendable {
    case pair(PrivateKey)
    case secret([UInt8])
}

/// Why nothing was signed.
package enum SigningError: Error, Equatable, Sendable {
    /// The text holds no private key that libcrypto can use.
    case unusableKey
    /// A member of a JSON Web Key is missing or malformed.
    case malformedKey(member: String)
    /// libcrypto refused, such as for a key that does not fit the algorithm.
    case failed
}
