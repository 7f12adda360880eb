internal import CLibcrypto

/// Checks RSASSA-PKCS1-v1_5 signatures under the public exponent 65537, which nearly every key has.
///
/// RFC 8017, section 8.2.2: what the key makes of a signature must be, as a whole, the one encoding
/// of the digest. libcrypto computes; its own check, for any exponent, takes a fifth longer.
@safe final class RSASignatureCheck {
    private let modulus: OpaquePointer?  // BIGNUM
    /// How a digest of zeros is encoded.
    private let encoding: OpaquePointer?  // BIGNUM
    private let montgomery: OpaquePointer?  // BN_MONT_CTX
    private let byteCount: Int
    private let hash: HashFunction
    private let spare = unsafe SpareContext(freedBy: { unsafe BN_CTX_free($0) })

    /// Nil for another exponent, for a key that must not be used, and where libcrypto is told to keep
    /// to certified modules.
    ///
    /// `modulus` and `exponent` are big-endian, without zeros before them.
    init?(modulus: [UInt8], exponent: [UInt8], hash: HashFunction) {
        // Judged before anything is computed: what a large modulus would cost.
        guard exponent == [0x01, 0x00, 0x01],
            (try? RSAKeyRules.check(modulus: modulus, exponent: exponent)) != nil,
            let encoding = hash.encodingOfZeros(byteCount: modulus.count),
            EVP_default_properties_is_fips_enabled(nil) == 0
        else { return nil }
        unsafe self.modulus = BN_bin2bn(modulus, Int32(modulus.count), nil)
        unsafe self.encoding = BN_bin2bn(encoding, Int32(encoding.count), nil)
        unsafe self.montgomery = BN_MONT_CTX_new()
        self.byteCount = modulus.count
        self.hash = hash
        guard unsafe self.modulus != nil, unsafe self.encoding != nil,
            unsafe self.montgomery != nil, self.prepare()
        else { return nil }
    }

    deinit {
        unsafe BN_MONT_CTX_free(self.montgomery)
        unsafe BN_free(self.encoding)
        unsafe BN_free(self.modulus)
    }

    private func prepare() -> Bool {
        unsafe self.spare.use(orMake: unsafe BN_CTX_new()) { context in
            unsafe BN_MONT_CTX_set(self.montgomery, self.modulus, context) == 1
        } ?? false
    }
}

// The numbers are never modified after `init`, libcrypto only reads a BN_MONT_CTX, and a spare
// context belongs to whoever uses it. It is therefore Sendable.
extension RSASignatureCheck: @unchecked Sendable {}

extension RSASignatureCheck {
    /// Whether `signature` is the key's over the digest, which is one of its hash.
    func isValidSignature(
        _ signature: UnsafeBufferPointer<UInt8>,
        over digest: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard signature.count == self.byteCount, digest.count == self.hash.byteCount else {
            return false
        }
        return unsafe self.spare.use(orMake: unsafe BN_CTX_new()) { context in
            unsafe BN_CTX_start(context)
            defer { unsafe BN_CTX_end(context) }
            guard let number = unsafe BN_CTX_get(context), let power = unsafe BN_CTX_get(context),
                let expected = unsafe BN_CTX_get(context),
                unsafe BN_bin2bn(digest.baseAddress, Int32(digest.count), expected) != nil,
                unsafe BN_bin2bn(signature.baseAddress, Int32(signature.count), number) != nil
            else { return false }
            return unsafe BN_add(expected, expected, self.encoding) == 1
                // Section 5.2.2: a number that is not below the modulus is out of range.
                && BN_ucmp(number, self.modulus) < 0
                && self.raise(number, into: power, context)
                && BN_cmp(power, expected) == 0
        } ?? false
    }

    /// 65537 is 2^16 + 1: the number is squared 16 times and multiplied with itself once more.
    private func raise(
        _ number: OpaquePointer,
        into power: OpaquePointer,
        _ context: OpaquePointer
    ) -> Bool {
        guard unsafe BN_to_montgomery(power, number, self.montgomery, context) == 1 else {
            return false
        }
        for _ in 0..<16 {
            guard unsafe BN_mod_mul_montgomery(power, power, power, self.montgomery, context) == 1
            else { return false }
        }
        // One factor in Montgomery's form and one outside of it make a product outside of it.
        return unsafe BN_mod_mul_montgomery(power, power, number, self.montgomery, context) == 1
    }
}

extension HashFunction {
    /// EMSA-PKCS1-v1_5 of RFC 8017, section 9.2, for a digest of zeros; nil where a key is too short.
    fileprivate func encodingOfZeros(byteCount: Int) -> [UInt8]? {
        let information = self.digestInformation + [UInt8](repeating: 0, count: self.byteCount)
        let padding = byteCount - information.count - 3
        guard padding >= 8 else { return nil }
        return [0x00, 0x01] + [UInt8](repeating: 0xFF, count: padding) + [0x00] + information
    }

    // Section 9.2, note 1: everything of a DigestInfo before the digest.
    private var digestInformation: [UInt8] {
        let size = UInt8(self.byteCount)
        let number: UInt8 =
            switch self {
            case .sha256: 0x01
            case .sha384: 0x02
            case .sha512: 0x03
            }
        return [
            0x30, 0x11 + size, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
            0x02, number, 0x05, 0x00, 0x04, size,
        ]
    }
}
