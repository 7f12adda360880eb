import JSON
import Testing
import TokenVerify

/// The examples of RFC 7520 section 4, from the IETF's cookbook.
@Suite struct CookbookTests {
    struct Example: CustomTestStringConvertible {
        let file: String
        let keyFile: String
        let algorithm: SignatureAlgorithm

        var testDescription: String {
            self.file
        }
    }

    @Test(
        "the compact examples verify",
        arguments: [
            Example(
                file: "4_1.rsa_v15_signature",
                keyFile: "3_3.rsa_public_key",
                algorithm: .rs256
            ),
            Example(
                file: "4_2.rsa-pss_signature",
                keyFile: "3_3.rsa_public_key",
                algorithm: .ps384
            ),
            Example(file: "4_3.ecdsa_signature", keyFile: "3_1.ec_public_key", algorithm: .es512),
            Example(
                file: "4_4.hmac-sha2_integrity_protection",
                keyFile: "3_5.symmetric_key_mac_computation",
                algorithm: .hs256
            ),
        ]
    )
    func compact(_ example: Example) throws {
        let file = try Vectors.read("rfc7520/\(example.file).json")
        let token = try #require(file["output"]?["compact"]).text
        let payload = try #require(file["input"]?["payload"]).text
        let keys = try Self.keys(example.keyFile)
        let verified = try TokenVerifier.verifySignature(
            Array(token.utf8).span,
            keys: keys,
            expecting: TokenExpectations(algorithms: [example.algorithm])
        )
        #expect(verified.bytes == Array(payload.utf8))
        #expect(verified.header.algorithm == example.algorithm)
    }

    @Test("a private key serves as its public half")
    func privateKey() throws {
        let file = try Vectors.read("rfc7520/4_1.rsa_v15_signature.json")
        let token = try #require(file["output"]?["compact"]).text
        let keys = try Self.keys("3_4.rsa_private_key")
        _ = try TokenVerifier.verifySignature(
            Array(token.utf8).span,
            keys: keys,
            expecting: TokenExpectations()
        )
    }

    @Test("detached content has no compact form of its own; with the payload back it verifies")
    func detached() throws {
        let file = try Vectors.read("rfc7520/4_5.signature_with_detached_content.json")
        let token = try #require(file["output"]?["compact"]).text
        let keys = try Self.keys("3_5.symmetric_key_mac_computation")
        #expect(Self.code(token, keys) == "signature-invalid")
        let payload = Array(try #require(file["input"]?["payload"]).text.utf8)
        let whole = token.replacing("..", with: ".\(Base64URL.encode(payload)).")
        #expect(Self.code(whole, keys) == "valid")
    }

    @Test(
        "the JSON serializations are no tokens of ours",
        arguments: [
            "4_1.rsa_v15_signature", "4_6.protecting_specific_header_fields",
            "4_7.protecting_content_only", "4_8.multiple_signatures",
        ]
    )
    func jsonSerialization(_ name: String) throws {
        let file = try Vectors.read("rfc7520/\(name).json")
        let output = try #require(file["output"]?["json"])
        let keys = try Self.keys("3_5.symmetric_key_mac_computation")
        #expect(Self.code(output.serialized(), keys) == "token-malformed")
    }
}

extension CookbookTests {
    private static func keys(_ name: String) throws -> JSONWebKeySet {
        try JSONWebKeySet(parsing: try Vectors.read("rfc7520/\(name).json").bytes)
    }

    private static func code(_ token: String, _ keys: JSONWebKeySet) -> String {
        do {
            _ = try TokenVerifier.verifySignature(
                Array(token.utf8).span,
                keys: keys,
                expecting: TokenExpectations()
            )
            return "valid"
        } catch {
            return error.code
        }
    }
}
