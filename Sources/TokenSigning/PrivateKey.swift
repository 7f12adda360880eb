internal import CLibcrypto
internal import TokenVerify

/// A private key of libcrypto, with its public half.
@safe final class PrivateKey {
    private let handle: OpaquePointer  // EVP_PKEY

    /// Takes ownership of `handle`, which must carry one reference.
    private init(takingOwnershipOf handle: OpaquePointer?) throws(SigningError) {
        ERR_clear_error()
        guard let handle = unsafe handle else { throw .unusableKey }
        unsafe self.handle = handle
    }

    deinit {
        unsafe EVP_PKEY_free(self.handle)
    }
}

// The EVP_PKEY is never modified after `init`, and libcrypto allows concurrent read-only use of
// one key (openssl-threads(7)). It is therefore Sendable.
extension PrivateKey: @unchecked Sendable {}

extension PrivateKey {
    static func generateRSA(bits: Int) throws(SigningError) -> PrivateKey {
        try unsafe PrivateKey(takingOwnershipOf: gatekeeper_generate_rsa(bits))
    }

    static func generateEC(_ curve: EllipticCurve) throws(SigningError) -> PrivateKey {
        try unsafe PrivateKey(takingOwnershipOf: gatekeeper_generate_ec(curve.rawValue))
    }

    static func generateEd25519() throws(SigningError) -> PrivateKey {
        try PrivateKey(ed25519: randomBytes(32))
    }

    convenience init(ed25519 seed: [UInt8]) throws(SigningError) {
        let handle = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        try unsafe self.init(takingOwnershipOf: handle)
    }

    /// Reads PKCS #8, PKCS #1 or SEC 1 in DER.
    convenience init(der text: [UInt8]) throws(SigningError) {
        let handle = unsafe text.withUnsafeBufferPointer { text in
            var cursor = text.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &cursor, text.count)
        }
        try unsafe self.init(takingOwnershipOf: handle)
    }

    /// Reads the first private key of a PEM text that is not encrypted.
    convenience init(pem text: [UInt8]) throws(SigningError) {
        let handle = unsafe text.withUnsafeBufferPointer { text -> OpaquePointer? in
            guard let source = unsafe BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            // An empty passphrase instead of none: libcrypto would ask for one on the terminal.
            var passphrase: [CChar] = [0]
            return unsafe PEM_read_bio_PrivateKey(source, nil, nil, &passphrase)
        }
        try unsafe self.init(takingOwnershipOf: handle)
    }
}

extension PrivateKey {
    /// The signature over `input` in the form of JOSE.
    func signature(
        over input: [UInt8],
        using algorithm: SignatureAlgorithm
    ) throws(SigningError) -> [UInt8] {
        defer { ERR_clear_error() }
        guard let context = unsafe EVP_MD_CTX_new() else { throw .failed }
        defer { unsafe EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?  // EVP_PKEY_CTX, owned by `context`
        let digest = unsafe algorithm.hash.flatMap { unsafe EVP_get_digestbyname($0.rawValue) }
        guard unsafe EVP_DigestSignInit(context, &keyContext, digest, nil, self.handle) == 1,
            unsafe Self.setPadding(keyContext, algorithm)
        else { throw .failed }
        var size = 0
        guard unsafe EVP_DigestSign(context, nil, &size, input, input.count) == 1 else {
            throw .failed
        }
        var signature = [UInt8](repeating: 0, count: size)
        guard unsafe EVP_DigestSign(context, &signature, &size, input, input.count) == 1 else {
            throw .failed
        }
        signature.removeLast(signature.count - size)
        guard case .ellipticCurve(let curve) = self.type else { return signature }
        guard let joined = DistinguishedEncoding.joined(signature, curve: curve) else {
            throw .failed
        }
        return joined
    }

    private static func setPadding(
        _ context: OpaquePointer?,
        _ algorithm: SignatureAlgorithm
    ) -> Bool {
        switch algorithm {
        case .ps256, .ps384, .ps512:
            return unsafe EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1
        case .rs256, .rs384, .rs512, .es256, .es384, .es512, .edDSA, .hs256, .hs384, .hs512:
            return true
        }
    }
}

/// What kind of key pair it is.
enum PrivateKeyType {
    case rsa
    case ellipticCurve(EllipticCurve)
    case ed25519
}

/// The numbers of an RSA private key, by their names of RFC 7518 section 6.3, in ASN.1's order.
enum RSANumber: String, CaseIterable {
    case modulus = "n"
    case publicExponent = "e"
    case privateExponent = "d"
    case firstPrime = "p"
    case secondPrime = "q"
    case firstExponent = "dp"
    case secondExponent = "dq"
    case coefficient = "qi"

    var isPublic: Bool {
        self == .modulus || self == .publicExponent
    }

    fileprivate var parameter: String {
        switch self {
        case .modulus: OSSL_PKEY_PARAM_RSA_N
        case .publicExponent: OSSL_PKEY_PARAM_RSA_E
        case .privateExponent: OSSL_PKEY_PARAM_RSA_D
        case .firstPrime: "rsa-factor1"
        case .secondPrime: "rsa-factor2"
        case .firstExponent: "rsa-exponent1"
        case .secondExponent: "rsa-exponent2"
        case .coefficient: "rsa-coefficient1"
        }
    }
}

extension PrivateKey {
    var type: PrivateKeyType {
        switch unsafe EVP_PKEY_get_base_id(self.handle) {
        case EVP_PKEY_EC:
            switch unsafe EVP_PKEY_get_bits(self.handle) {
            case 384: .ellipticCurve(.p384)
            case 521: .ellipticCurve(.p521)
            default: .ellipticCurve(.p256)
            }
        case EVP_PKEY_ED25519: .ed25519
        default: .rsa
        }
    }

    func number(_ number: RSANumber) throws(SigningError) -> [UInt8] {
        try self.number(number.parameter, padding: 0)
    }

    func scalar(_ curve: EllipticCurve) throws(SigningError) -> [UInt8] {
        try self.number(OSSL_PKEY_PARAM_PRIV_KEY, padding: curve.byteCount)
    }

    func point(_ curve: EllipticCurve) throws(SigningError) -> (x: [UInt8], y: [UInt8]) {
        (
            x: try self.number(OSSL_PKEY_PARAM_EC_PUB_X, padding: curve.byteCount),
            y: try self.number(OSSL_PKEY_PARAM_EC_PUB_Y, padding: curve.byteCount)
        )
    }

    private func number(_ name: String, padding: Int) throws(SigningError) -> [UInt8] {
        var number: OpaquePointer?  // BIGNUM
        guard unsafe EVP_PKEY_get_bn_param(self.handle, name, &number) == 1 else { throw .failed }
        defer { unsafe BN_clear_free(number) }
        let size = max(padding, (Int(unsafe BN_num_bits(number)) + 7) / 8)
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe BN_bn2binpad(number, &bytes, Int32(size)) >= 0 else { throw .failed }
        return bytes
    }

    func rawPublicKey() throws(SigningError) -> [UInt8] {
        var size = 32
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe EVP_PKEY_get_raw_public_key(self.handle, &bytes, &size) == 1 else {
            throw .failed
        }
        return bytes
    }

    func rawPrivateKey() throws(SigningError) -> [UInt8] {
        var size = 32
        var bytes = [UInt8](repeating: 0, count: size)
        guard unsafe EVP_PKEY_get_raw_private_key(self.handle, &bytes, &size) == 1 else {
            throw .failed
        }
        return bytes
    }

    /// The public half as a `PUBLIC KEY` block, or the pair as a `PRIVATE KEY` block.
    func pem(includingPrivate: Bool) throws(SigningError) -> String {
        defer { ERR_clear_error() }
        guard let sink = unsafe BIO_new(BIO_s_mem()) else { throw .failed }
        defer { unsafe BIO_free(sink) }
        let status =
            includingPrivate
            ? unsafe PEM_write_bio_PKCS8PrivateKey(sink, self.handle, nil, nil, 0, nil, nil)
            : unsafe PEM_write_bio_PUBKEY(sink, self.handle)
        guard status == 1 else { throw .failed }
        var bytes = [UInt8](repeating: 0, count: unsafe BIO_ctrl_pending(sink))
        guard unsafe BIO_read(sink, &bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw .failed
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

func randomBytes(_ count: Int) throws(SigningError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else { throw .failed }
    return bytes
}

func authenticationCode(
    _ secret: [UInt8],
    _ input: [UInt8],
    _ algorithm: SignatureAlgorithm
) throws(SigningError) -> [UInt8] {
    guard let hash = algorithm.hash, let digest = unsafe EVP_get_digestbyname(hash.rawValue)
    else { throw .failed }
    var code = [UInt8](repeating: 0, count: hash.byteCount)
    let computed = unsafe HMAC(
        digest,
        secret,
        Int32(secret.count),
        input,
        input.count,
        &code,
        nil
    )
    guard unsafe computed != nil else { throw .failed }
    return code
}
