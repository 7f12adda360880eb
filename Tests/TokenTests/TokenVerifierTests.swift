import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct TokenVerifierTests {
    @Test("a token of every algorithm verifies", arguments: SignatureAlgorithm.allCases)
    func everyAlgorithm(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let token = try key.token(claims: .ordinary)
        #expect(verdict(token, keys: try key.publicSet()) == "valid")
    }

    @Test("a flipped bit in the signature is refused", arguments: SignatureAlgorithm.allCases)
    func flippedSignature(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.shared(algorithm)
        let token = try key.token(claims: .ordinary)
        var signature = try #require(Base64URL.decode(String(token.split(separator: ".")[2])))
        signature[10] ^= 1
        let forged = token.split(separator: ".").prefix(2).joined(separator: ".")
        let text = "\(forged).\(Base64URL.encode(signature))"
        #expect(verdict(text, keys: try key.publicSet()) == "signature-invalid")
    }
}
