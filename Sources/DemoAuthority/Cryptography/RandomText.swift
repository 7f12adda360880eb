/// Identifiers and codes that nobody can guess.
enum RandomText {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// A UUID of RFC 9562 version 4.
    static func uuid() throws -> String {
        var bytes = try Libcrypto.randomBytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }

    /// A refresh token in the form of Supabase's first version.
    static func refreshToken() throws -> String {
        try Self.text(count: 12, of: Self.letters)
    }

    /// The digits of a text message.
    static func code() throws -> String {
        try Self.text(count: 6, of: Array("0123456789".utf8))
    }

    /// The secret of an authenticator, in base 32.
    static func authenticatorSecret() throws -> String {
        Base32.encode(try Libcrypto.randomBytes(20))
    }

    // Bytes beyond the largest multiple of the alphabet would favour its first letters.
    private static func text(count: Int, of alphabet: [UInt8]) throws -> String {
        let limit = 256 - 256 % alphabet.count
        var text: [UInt8] = []
        while text.count < count {
            for byte in try Libcrypto.randomBytes(count) where Int(byte) < limit {
                text.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return String(decoding: text.prefix(count), as: UTF8.self)
    }

    /// Whether this is a UUID in lower or upper case.
    static func isUUID(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } }
    }
}
