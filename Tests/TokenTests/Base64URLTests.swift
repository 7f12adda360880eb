import Testing
import TokenVerify

@Suite struct Base64URLTests {
    // RFC 4648 section 10 without its padding, and RFC 7515 appendix C.
    private static let pairs: [(String, [UInt8])] = [
        ("", []), ("Zg", Array("f".utf8)), ("Zm8", Array("fo".utf8)), ("Zm9v", Array("foo".utf8)),
        ("Zm9vYg", Array("foob".utf8)), ("Zm9vYmE", Array("fooba".utf8)),
        ("Zm9vYmFy", Array("foobar".utf8)), ("A-z_4ME", [3, 236, 255, 224, 193]),
        ("_-8", [0xFF, 0xEF]),
    ]

    @Test(arguments: pairs)
    func bothWays(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64URL.decode(text) == bytes)
        #expect(Base64URL.encode(bytes) == text)
    }

    @Test(
        "what is not the one encoding of some bytes is refused",
        arguments: [
            "A", "AAAAA", "Zg==", "Zm8=", "Zm9v=", "=", "Z g", "Zg\n", " Zg", "+A", "/A", "Z!",
            "Z\0",
            "Zh", "Zm9", "AB", "AAB", "\u{E9}A", "Zm9v.", "\u{FF21}A",
        ]
    )
    func refused(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("every length and every byte survives")
    func everyByte() {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + count) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }

    @Test("of all texts of two characters, those with stray bits are refused")
    func strayBits() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let accepted = alphabet.count { Base64URL.decode("A\($0)") != nil }
        #expect(accepted == 4)
        #expect(alphabet.count { Base64URL.decode("AA\($0)") != nil } == 16)
    }
}
