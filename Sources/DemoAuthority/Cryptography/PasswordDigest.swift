internal import TokenVerify

/// A password as it is kept: `scrypt$COST$SALT$KEY`.
struct PasswordDigest: Equatable, Sendable {
    let text: String

    private static let keyBytes = 32

    init(text: String) {
        self.text = text
    }

    init(of password: String, cost: UInt64) throws {
        let salt = try Libcrypto.randomBytes(16)
        guard let key = Self.key(password, salt: salt, cost: cost) else {
            throw AuthorityFault.noDerivedKey
        }
        self.text = "scrypt$\(cost)$\(Base64URL.encode(salt))$\(Base64URL.encode(key))"
    }

    func matches(_ password: String) -> Bool {
        let parts = self.text.split(separator: "$").map(String.init)
        guard parts.count == 4, parts[0] == "scrypt", let cost = UInt64(parts[1]),
            let salt = Base64URL.decode(parts[2]), let key = Base64URL.decode(parts[3]),
            let derived = Self.key(password, salt: salt, cost: cost)
        else { return false }
        return Libcrypto.areEqual(key, derived)
    }

    private static func key(_ password: String, salt: [UInt8], cost: UInt64) -> [UInt8]? {
        Libcrypto.scrypt(
            Array(password.utf8),
            salt: salt,
            cost: cost,
            byteCount: Self.keyBytes
        )
    }
}
