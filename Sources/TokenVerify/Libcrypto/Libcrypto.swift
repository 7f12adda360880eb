internal import CLibcrypto

/// A public key that libcrypto has parsed and accepted.
///
/// Keys outlive requests and are shared by every event loop, so ARC owns the `EVP_PKEY`.
@safe final class LibcryptoKey {
    private let handle: OpaquePointer  // EVP_PKEY
    private let checks: [PreparedCheck]
    private let edwardsCheck: OpaquePointer?  // EVP_MD_CTX

    /// Takes ownership of `handle`, which must carry one reference.
    private init(takingOwnershipOf handle: OpaquePointer) {
        unsafe self.handle = handle
        self.checks = SignatureAlgorithm.allCases.compactMap { algorithm in
            unsafe PreparedCheck(algorithm: algorithm, key: handle)
        }
        unsafe self.edwardsCheck = Self.preparedEdwardsCheck(handle)
        ERR_clear_error()
    }

    deinit {
        unsafe EVP_MD_CTX_free(self.edwardsCheck)
        unsafe EVP_PKEY_free(self.handle)
    }
}

// The EVP_PKEY and the prepared contexts are never modified after `init`, libcrypto allows
// concurrent read-only use of one key (openssl-threads(7)), and a spare context belongs to whoever
// uses it. It is therefore Sendable.
extension LibcryptoKey: @unchecked Sendable {}

/// A check of one algorithm, set up once: every signature gets a copy of it, or the copy that the
/// last one has left, which is cheaper than looking the algorithm up again.
@safe private final class PreparedCheck {
    let algorithm: SignatureAlgorithm
    private let context: OpaquePointer  // EVP_PKEY_CTX
    private let digest: OpaquePointer  // EVP_MD
    private let rsaCheck: RSASignatureCheck?
    private let spareContext = unsafe SpareContext(freedBy: { unsafe EVP_PKEY_CTX_free($0) })
    private let spareDigest = unsafe SpareContext(freedBy: { unsafe EVP_MD_CTX_free($0) })

    /// Nil if the key cannot be used with the algorithm.
    init?(algorithm: SignatureAlgorithm, key: OpaquePointer) {
        guard let hash = algorithm.hash, unsafe algorithm.fits(EVP_PKEY_get_base_id(key)) else {
            return nil
        }
        guard let digest = unsafe EVP_MD_fetch(nil, hash.rawValue, nil) else { return nil }
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else {
            unsafe EVP_MD_free(digest)
            return nil
        }
        self.algorithm = algorithm
        unsafe self.context = context
        unsafe self.digest = digest
        self.rsaCheck = unsafe RSASignatureCheck(algorithm, key: key)
        guard unsafe EVP_PKEY_verify_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_signature_md(context, digest) == 1,
            self.setPadding(hash)
        else { return nil }
    }

    deinit {
        unsafe EVP_PKEY_CTX_free(self.context)
        unsafe EVP_MD_free(self.digest)
    }

    func isValidSignature(_ signature: Span<UInt8>, over input: Span<UInt8>) -> Bool {
        unsafe self.withDigest(of: input) { digest in
            unsafe signature.withUnsafeBufferPointer { signature in
                if let rsaCheck = self.rsaCheck {
                    return unsafe rsaCheck.isValidSignature(signature, over: digest)
                }
                return unsafe self.spareContext.use(
                    orMake: unsafe EVP_PKEY_CTX_dup(self.context)
                ) { context in
                    unsafe EVP_PKEY_verify(
                        context,
                        signature.baseAddress,
                        signature.count,
                        digest.baseAddress,
                        digest.count
                    ) == 1
                } ?? false
            }
        }
    }

    private func withDigest(
        of input: Span<UInt8>,
        _ body: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        let size = Int(EVP_MAX_MD_SIZE)
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { output in
            var count: UInt32 = 0
            let isMade = unsafe self.spareDigest.use(
                orMake: unsafe EVP_MD_CTX_new()
            ) { context in
                unsafe input.withUnsafeBufferPointer { input in
                    unsafe EVP_DigestInit_ex(context, self.digest, nil) == 1
                        && EVP_DigestUpdate(context, input.baseAddress, input.count) == 1
                        && EVP_DigestFinal_ex(context, output.baseAddress, &count) == 1
                }
            }
            guard isMade ?? false else { return false }
            return unsafe body(UnsafeBufferPointer(rebasing: output[..<Int(count)]))
        }
    }

    private func setPadding(_ hash: HashFunction) -> Bool {
        switch self.algorithm {
        case .rs256, .rs384, .rs512:
            return unsafe EVP_PKEY_CTX_set_rsa_padding(self.context, RSA_PKCS1_PADDING) == 1
        case .ps256, .ps384, .ps512:
            // RFC 7518 section 3.5: MGF1 with the same hash, and a salt as long as the hash.
            return unsafe EVP_PKEY_CTX_set_rsa_padding(self.context, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_mgf1_md(self.context, self.digest) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(self.context, Int32(hash.byteCount)) == 1
        case .es256, .es384, .es512, .edDSA, .hs256, .hs384, .hs512:
            return true
        }
    }
}

extension RSASignatureCheck {
    fileprivate convenience init?(_ algorithm: SignatureAlgorithm, key: OpaquePointer) {
        guard algorithm.isPKCS1, let hash = algorithm.hash,
            let modulus = unsafe LibcryptoKey.number(OSSL_PKEY_PARAM_RSA_N, of: key),
            let exponent = unsafe LibcryptoKey.number(OSSL_PKEY_PARAM_RSA_E, of: key)
        else { return nil }
        self.init(modulus: modulus, exponent: exponent, hash: hash)
    }
}

extension SignatureAlgorithm {
    fileprivate func fits(_ keyType: Int32) -> Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: keyType == EVP_PKEY_RSA
        case .es256, .es384, .es512: keyType == EVP_PKEY_EC
        case .edDSA: keyType == EVP_PKEY_ED25519
        case .hs256, .hs384, .hs512: false
        }
    }
}

extension LibcryptoKey {
    /// Whether `signature` is this key's signature over `input`.
    ///
    /// ECDSA signatures are expected in DER. One that cannot be checked is not valid.
    func isValidSignature(
        _ signature: Span<UInt8>,
        over input: Span<UInt8>,
        using algorithm: SignatureAlgorithm
    ) -> Bool {
        let isValid = self.accepts(signature, over: input, using: algorithm)
        if !isValid { ERR_clear_error() }
        return isValid
    }

    private func accepts(
        _ signature: Span<UInt8>,
        over input: Span<UInt8>,
        using algorithm: SignatureAlgorithm
    ) -> Bool {
        guard algorithm.hash != nil else { return self.isValidEdwards(signature, over: input) }
        let check = self.checks.first { $0.algorithm == algorithm }
        return check?.isValidSignature(signature, over: input) ?? false
    }

    // Ed25519 reads the message itself, for which libcrypto has another kind of context.
    private static func preparedEdwardsCheck(_ key: OpaquePointer) -> OpaquePointer? {
        guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 else { return nil }
        let context = unsafe EVP_MD_CTX_new()
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else {
            unsafe EVP_MD_CTX_free(context)
            return nil
        }
        return unsafe context
    }

    private func isValidEdwards(_ signature: Span<UInt8>, over input: Span<UInt8>) -> Bool {
        guard let prepared = unsafe self.edwardsCheck, let context = unsafe EVP_MD_CTX_new() else {
            return false
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_MD_CTX_copy_ex(context, prepared) == 1 else { return false }
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe input.withUnsafeBufferPointer { input in
                unsafe EVP_DigestVerify(
                    context,
                    signature.baseAddress,
                    signature.count,
                    input.baseAddress,
                    input.count
                ) == 1
            }
        }
    }
}

extension LibcryptoKey {
    /// Reads a SubjectPublicKeyInfo; nil for a point that is not on its curve.
    static func subjectPublicKeyInfo(_ text: [UInt8]) -> LibcryptoKey? {
        defer { ERR_clear_error() }
        return unsafe text.withUnsafeBufferPointer { text in
            var cursor = text.baseAddress
            return unsafe self.soundKey(takingOwnershipOf: d2i_PUBKEY(nil, &cursor, text.count))
        }
    }

    /// An Ed25519 key; nil unless it is 32 bytes.
    static func ed25519(_ publicKey: [UInt8]) -> LibcryptoKey? {
        defer { ERR_clear_error() }
        let handle = unsafe publicKey.withUnsafeBufferPointer { bytes in
            unsafe EVP_PKEY_new_raw_public_key(
                EVP_PKEY_ED25519,
                nil,
                bytes.baseAddress,
                bytes.count
            )
        }
        return unsafe handle.map { unsafe LibcryptoKey(takingOwnershipOf: $0) }
    }

    // For a curve: the point is on it, is not infinity and has the order of the group.
    private var isSound: Bool {
        guard unsafe EVP_PKEY_get_base_id(self.handle) == EVP_PKEY_EC else { return true }
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, self.handle, nil) else {
            return false
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        return unsafe EVP_PKEY_public_check(context) == 1
    }
}

extension LibcryptoKey {
    /// The public keys of a PEM text, those of certificates too; nil if a block is neither of both
    /// or the text breaks off inside one.
    static func keys(inPEM text: [UInt8]) -> [LibcryptoKey]? {
        defer { ERR_clear_error() }
        return unsafe text.withUnsafeBufferPointer { text in
            guard let source = unsafe BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            var keys: [LibcryptoKey] = []
            while let block = unsafe PEMBlock(readingFrom: source) {
                guard let key = block.publicKey() else { return nil }
                keys.append(key)
            }
            let isRead = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE
            return isRead ? keys : nil
        }
    }

    fileprivate static func soundKey(takingOwnershipOf handle: OpaquePointer?) -> LibcryptoKey? {
        guard let handle = unsafe handle else { return nil }
        let key = unsafe LibcryptoKey(takingOwnershipOf: handle)
        return key.isSound ? key : nil
    }
}

/// One block between BEGIN and END lines, decoded; used within one call.
@safe private struct PEMBlock: ~Copyable {
    private let name: UnsafeMutablePointer<CChar>
    private let data: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// Nil when no further block follows.
    init?(readingFrom source: OpaquePointer) {
        var name: UnsafeMutablePointer<CChar>?
        var header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        guard unsafe PEM_read_bio(source, &name, &header, &data, &count) == 1,
            let name = unsafe name, let data = unsafe data
        else { return nil }
        unsafe CRYPTO_free(header, nil, 0)
        unsafe self.name = name
        unsafe self.data = data
        self.count = count
    }

    deinit {
        unsafe CRYPTO_free(self.name, nil, 0)
        unsafe CRYPTO_free(self.data, nil, 0)
    }

    func publicKey() -> LibcryptoKey? {
        var cursor: UnsafePointer<UInt8>? = unsafe UnsafePointer(self.data)
        switch unsafe String(cString: self.name) {
        case PEM_STRING_PUBLIC:
            return unsafe LibcryptoKey.soundKey(
                takingOwnershipOf: unsafe d2i_PUBKEY(nil, &cursor, self.count)
            )
        case PEM_STRING_X509:
            guard let certificate = unsafe d2i_X509(nil, &cursor, self.count) else { return nil }
            defer { unsafe X509_free(certificate) }
            return unsafe LibcryptoKey.soundKey(takingOwnershipOf: X509_get_pubkey(certificate))
        default: return nil
        }
    }
}

extension LibcryptoKey {
    /// Nil for a type of key that JOSE does not know.
    var numbers: PublicKeyNumbers? {
        defer { ERR_clear_error() }
        switch unsafe EVP_PKEY_get_base_id(self.handle) {
        case EVP_PKEY_RSA:
            guard let modulus = unsafe Self.number(OSSL_PKEY_PARAM_RSA_N, of: self.handle),
                let exponent = unsafe Self.number(OSSL_PKEY_PARAM_RSA_E, of: self.handle)
            else { return nil }
            return .rsa(modulus: modulus, exponent: exponent)
        case EVP_PKEY_EC: return self.curve.map { .ellipticCurve($0) }
        case EVP_PKEY_ED25519: return self.rawPublicKey.map { .ed25519($0) }
        default: return nil
        }
    }

    fileprivate static func number(_ name: String, of key: OpaquePointer) -> [UInt8]? {
        var number: OpaquePointer?  // BIGNUM
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return nil }
        defer { unsafe BN_free(number) }
        let size = unsafe (Int(BN_num_bits(number)) + 7) / 8
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            count = Int(unsafe BN_bn2bin(number, bytes.baseAddress))
        }
    }

    private var curve: EllipticCurve? {
        let name = unsafe [CChar](unsafeUninitializedCapacity: 32) { name, count in
            var length = 0
            let status = unsafe EVP_PKEY_get_group_name(
                self.handle,
                name.baseAddress,
                name.count,
                &length
            )
            count = status == 1 ? length : 0
        }
        switch String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self) {
        case SN_X9_62_prime256v1: return .p256
        case SN_secp384r1: return .p384
        case SN_secp521r1: return .p521
        default: return nil
        }
    }

    private var rawPublicKey: [UInt8]? {
        var size = 32
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { bytes, count in
            let status = unsafe EVP_PKEY_get_raw_public_key(self.handle, bytes.baseAddress, &size)
            count = status == 1 ? size : 0
        }
        return bytes.isEmpty ? nil : bytes
    }
}

/// A secret shared with the issuer, for HMAC.
struct LibcryptoSecret: Sendable {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether `code` is the authentication code of `input`; compared in constant time.
    func isValidSignature(
        _ code: Span<UInt8>,
        over input: Span<UInt8>,
        using algorithm: SignatureAlgorithm
    ) -> Bool {
        defer { ERR_clear_error() }
        guard algorithm.isSymmetric, let hash = algorithm.hash, code.count == hash.byteCount,
            let digest = unsafe EVP_MD_fetch(nil, hash.rawValue, nil)
        else { return false }
        defer { unsafe EVP_MD_free(digest) }
        return unsafe withUnsafeTemporaryAllocation(
            of: UInt8.self,
            capacity: hash.byteCount
        ) { expected in
            let computed = unsafe self.bytes.span.withUnsafeBufferPointer { secret in
                unsafe input.withUnsafeBufferPointer { input in
                    unsafe HMAC(
                        digest,
                        secret.baseAddress,
                        Int32(secret.count),
                        input.baseAddress,
                        input.count,
                        expected.baseAddress,
                        nil
                    )
                }
            }
            guard unsafe computed != nil else { return false }
            return unsafe code.withUnsafeBufferPointer { code in
                unsafe CRYPTO_memcmp(code.baseAddress, expected.baseAddress, code.count) == 0
            }
        }
    }
}

/// A digest from which others derive names; it proves nothing.
package enum NameDigest {
    /// The 20 bytes of SHA-1.
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        unsafe self.digest(of: bytes, using: EVP_sha1(), byteCount: 20)
    }

    /// The 32 bytes of SHA-256.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        unsafe self.digest(of: bytes, using: EVP_sha256(), byteCount: 32)
    }

    private static func digest(
        of bytes: [UInt8],
        using function: OpaquePointer?,
        byteCount: Int
    ) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { output, count in
            let status = unsafe bytes.withUnsafeBufferPointer { input in
                unsafe EVP_Digest(
                    input.baseAddress,
                    input.count,
                    output.baseAddress,
                    nil,
                    function,
                    nil
                )
            }
            count = status == 1 ? byteCount : 0
        }
    }
}
