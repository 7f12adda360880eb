internal import CLibcrypto

/// What the authority needs of libcrypto beside signatures.
enum Libcrypto {
    /// RFC 7914: a key derived from a password so that guessing it is slow.
    static func scrypt(
        _ password: [UInt8],
        salt: [UInt8],
        cost: UInt64,
        byteCount: Int
    ) -> [UInt8]? {
        defer { ERR_clear_error() }
        var key = [UInt8](repeating: 0, count: byteCount)
        let derived = unsafe password.withUnsafeBytes { password in
            unsafe EVP_PBE_scrypt(
                password.bindMemory(to: CChar.self).baseAddress,
                password.count,
                salt,
                salt.count,
                cost,
                8,
                1,
                64 << 20,
                &key,
                byteCount
            )
        }
        return derived == 1 ? key : nil
    }

    /// RFC 2104 with SHA-1, which RFC 4226 is built on.
    static func hmacSHA1(key: [UInt8], _ message: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        var code = [UInt8](repeating: 0, count: 20)
        let computed = unsafe HMAC(
            EVP_sha1(),
            key,
            Int32(key.count),
            message,
            message.count,
            &code,
            nil
        )
        return unsafe computed == nil ? nil : code
    }

    /// Bytes that nobody can guess.
    static func randomBytes(_ count: Int) throws(AuthorityFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else { throw .noRandomness }
        return bytes
    }

    /// Compares without telling by its time how much was right.
    static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return unsafe CRYPTO_memcmp(one, other, one.count) == 0
    }
}
