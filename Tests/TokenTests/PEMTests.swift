import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct PEMTests {
    @Test(
        "a public key in PEM verifies, whatever key ID the token bears",
        arguments: [SignatureAlgorithm.rs256, .ps512, .es256, .es384, .es512, .edDSA]
    )
    func publicKey(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let set = try JSONWebKeySet(pem: Array(try key.publicPEM().utf8))
        #expect(verdict(try key.token(claims: .ordinary), keys: set) == "valid")
        #expect(set.entries.first?.keyID == nil)
    }

    @Test("a text of several keys holds them all")
    func several() throws {
        let keys = [try SigningKey.shared(.rs256), try .shared(.es256)]
        let text = try keys.map { try $0.publicPEM() }.joined(separator: "a comment\n")
        let set = try JSONWebKeySet(pem: Array(text.utf8))
        #expect(set.entries.count == 2)
        for key in keys {
            #expect(verdict(try key.token(claims: .ordinary), keys: set) == "valid")
        }
    }

    @Test("a certificate stands for its public key")
    func certificate() throws {
        let set = try JSONWebKeySet(pem: Array(Self.selfSigned.utf8))
        #expect(set.entries.map { $0.algorithms } == [[.es256]])
    }

    @Test("what is no sound public key is refused", arguments: 0..<8)
    func refused(_ position: Int) throws {
        let text = try Self.refusedTexts()[position]
        #expect(throws: KeySetError.pemUnusable) { try JSONWebKeySet(pem: Array(text.utf8)) }
    }

    private static func refusedTexts() throws -> [String] {
        let good = try SigningKey.shared(.es256).publicPEM()
        return [
            "", "no PEM at all", good.replacing("M", with: "!"),
            String(good.dropLast(40)),
            try SigningKey.shared(.es256).privatePEM(),
            good + String(good.dropLast(40)),
            good + (try SigningKey.shared(.es256).privatePEM()),
            Self.secp256k1,
        ]
    }

    // openssl ecparam -name secp256k1 -genkey -noout | openssl ec -pubout
    private static let secp256k1 = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEmqn44VVizdFZR9jP288Hsv44BHRELvwv
        Hi5/HuFpO6C2aETkITpl60tpSvG+lSZh8JQTEVwVqeQ9Ygsoh1L4iQ==
        -----END PUBLIC KEY-----

        """

    // openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=test
    private static let selfSigned = """
        -----BEGIN CERTIFICATE-----
        MIIBdDCCARmgAwIBAgIUSFaN70xh51bmT8mLdv7/eXAakJwwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEdGVzdDAeFw0yNjExMjIwMjA3MjRaFw0yNjEyMjIwMjA3MjRa
        MA8xDTALBgNVBAMMBHRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATinROf
        YavweC44kPBHo34xp+o+DoFuRkoo8uVwc5oLHw+rZO419jpJLiENI1j4tX8caLUZ
        Sr5HCZqqQXwrg3HDo1MwUTAdBgNVHQ4EFgQUSY5eWsxCQoYxHaxNfziYMMpK8Kkw
        HwYDVR0jBBgwFoAUSY5eWsxCQoYxHaxNfziYMMpK8KkwDwYDVR0TAQH/BAUwAwEB
        /zAKBggqhkjOPQQDAgNJADBGAiEA6500CHB+wIUOMY6D9/yUr72+shpQNwPEfQlr
        vz0y/x4CIQDlK1OAAILyBbpSxXhiGVWvIyVvBH+NnFJ7Ol5lWzqOFQ==
        -----END CERTIFICATE-----

        """
}
