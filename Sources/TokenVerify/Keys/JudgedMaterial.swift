/// Key material that was found sound, and the algorithms its type and size allow.
struct JudgedMaterial {
    let material: KeyMaterial
    let algorithms: [SignatureAlgorithm]

    /// Judges a public key; nil is one that libcrypto refused.
    init(_ key: LibcryptoKey?) throws(KeyDefect) {
        guard let key else { throw .weak }
        guard let numbers = key.numbers else { throw .typeUnknown }
        self.material = .publicKey(key)
        switch numbers {
        case .rsa(let modulus, let exponent):
            try RSAKeyRules.check(modulus: modulus, exponent: exponent)
            self.algorithms = [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case .ellipticCurve(let curve):
            self.algorithms = [curve.algorithm]
        case .ed25519(let publicKey):
            guard !EdwardsKeyRules.hasSmallOrder(publicKey) else { throw .weak }
            self.algorithms = [.edDSA]
        }
    }

    /// Judges a secret.
    init(secret: [UInt8]) throws(KeyDefect) {
        // RFC 7518 section 3.2: a key at least as long as the hash.
        let algorithms = [SignatureAlgorithm.hs256, .hs384, .hs512].filter { algorithm in
            secret.count >= algorithm.hash?.byteCount ?? .max
        }
        guard !algorithms.isEmpty else { throw .size }
        self.material = .secret(LibcryptoSecret(secret))
        self.algorithms = algorithms
    }
}
