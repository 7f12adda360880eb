import Testing

@testable import DemoAuthority

@Suite struct CryptographyTests {
    @Test func aPasswordMatchesItsDigestOnly() throws {
        let digest = try PasswordDigest(of: "correct horse", cost: 16)
        #expect(digest.matches("correct horse"))
        #expect(!digest.matches("correct horse "))
        #expect(!PasswordDigest(text: "scrypt$16$$").matches(""))
        #expect(!PasswordDigest(text: "").matches(""))
        #expect(try PasswordDigest(of: "correct horse", cost: 16) != digest, "salted")
    }

    @Test(
        "RFC 4648 section 10, without padding",
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
        ]
    )
    func base32(plain: String, text: String) {
        #expect(Base32.encode(Array(plain.utf8)) == text)
        #expect(Base32.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: ["1", "abc", "A=", " A"])
    func otherLettersAreNoBase32(text: String) {
        #expect(Base32.decode(text) == nil)
    }

    @Test func identifiersAreVersionFour() throws {
        let identifier = try RandomText.uuid()
        #expect(RandomText.isUUID(identifier))
        #expect(identifier.dropFirst(14).first == "4")
        #expect(!RandomText.isUUID("0b9a3c1e-5d7f-4a21-9e30-61c2aa40f00g"))
        #expect(!RandomText.isUUID("0b9a3c1e5d7f4a219e3061c2aa40f001"))
    }
}
