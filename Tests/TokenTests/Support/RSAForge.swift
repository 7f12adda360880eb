import CLibcrypto
import Testing
import TokenVerify

/// A private RSA key that signs whatever it is given, and libcrypto's own verdict on the result.
@safe final class RSAForge: Sendable {
    private nonisolated(unsafe) let key: OpaquePointer  // EVP_PKEY
    let byteCount: Int
    /// The public half, as Gatekeeper reads it.
    let keys: JSONWebKeySet

    init(bits: Int32, exponent: UInt = 65_537) throws {
        let context = unsafe EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let number = unsafe BN_new()
        defer { unsafe BN_free(number) }
        var key: OpaquePointer?
        let isMade =
            unsafe BN_set_word(number, exponent) == 1
            && EVP_PKEY_keygen_init(context) == 1
            && EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1
            && EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number) == 1
            && EVP_PKEY_generate(context, &key) == 1
        try #require(isMade)
        unsafe self.key = try unsafe #require(key)
        self.byteCount = Int(unsafe EVP_PKEY_get_size(key))
        let output = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free(output) }
        try #require(unsafe PEM_write_bio_PUBKEY(output, key) == 1)
        var pem = [UInt8](repeating: 0, count: 4_096)
        let count = unsafe BIO_read(output, &pem, Int32(pem.count))
        self.keys = try JSONWebKeySet(pem: Array(pem.prefix(Int(max(0, count)))))
    }

    deinit {
        unsafe EVP_PKEY_free(self.key)
    }
}

extension RSAForge {
    func digest(of message: [UInt8], _ hash: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 64)
        var count: UInt32 = 0
        let function = unsafe EVP_get_digestbyname(hash)
        unsafe EVP_Digest(message, message.count, &digest, &count, function, nil)
        return Array(digest.prefix(Int(count)))
    }

    /// The private key's power of an encoding as long as the modulus.
    func sign(encoding: [UInt8]) throws -> [UInt8] {
        let context = unsafe EVP_PKEY_CTX_new(self.key, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: self.byteCount)
        var count = signature.count
        let isSigned =
            unsafe EVP_PKEY_sign_init(context) == 1
            && EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1
            && EVP_PKEY_sign(context, &signature, &count, encoding, encoding.count) == 1
        try #require(isSigned && count == signature.count)
        return signature
    }

    /// What libcrypto says of a signature by PKCS #1, version 1.5.
    func libcryptoAccepts(_ signature: [UInt8], over message: [UInt8], _ hash: String) -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        let function = unsafe EVP_get_digestbyname(hash)
        return unsafe EVP_DigestVerifyInit(context, nil, function, nil, self.key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    func modulus() throws -> [UInt8] {
        try self.shifted([0], minus: false)
    }

    /// `number` plus the modulus, or the modulus minus `number`, in as many bytes as are needed.
    func shifted(_ number: [UInt8], minus: Bool) throws -> [UInt8] {
        var modulus: OpaquePointer?
        try #require(unsafe EVP_PKEY_get_bn_param(self.key, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1)
        defer { unsafe BN_free(modulus) }
        let value = unsafe BN_bin2bn(number, Int32(number.count), nil)
        defer { unsafe BN_free(value) }
        try #require(
            unsafe (minus ? BN_sub(value, modulus, value) : BN_add(value, modulus, value)) == 1
        )
        let count = max(self.byteCount, unsafe (Int(BN_num_bits(value)) + 7) / 8)
        var bytes = [UInt8](repeating: 0, count: count)
        unsafe BN_bn2binpad(value, &bytes, Int32(count))
        return bytes
    }
}
