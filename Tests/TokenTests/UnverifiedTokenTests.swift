import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct UnverifiedTokenTests {
    @Test("what a token says can be read before it is believed")
    func readable() throws {
        let token = try SigningKey.shared(.es256).token(claims: .ordinary)
        let parsed = try UnverifiedToken(parsing: token.replacing(segment: 2, with: "AAAA"))
        #expect(parsed.claimedIssuer == "https://id.example.com")
        #expect(parsed.header.algorithm == .es256)
        #expect(try parsed.unverifiedClaims().subject == "0b9a3c1e")
    }

    @Test("a payload that is no claims set is kept for later")
    func withoutClaims() throws {
        let parsed = try UnverifiedToken(
            parsing: SigningKey.shared(.es256).token(header: #"{"alg":"ES256"}"#, payload: "hello")
        )
        #expect(parsed.claimedIssuer == nil)
        #expect(throws: TokenRejection.claimsMalformed) { try parsed.unverifiedClaims() }
    }

    @Test("bytes and text are the same token")
    func bytes() throws {
        let text = try SigningKey.shared(.es256).token(claims: .ordinary)
        let token = try UnverifiedToken(parsing: Array(text.utf8))
        let keys = try SigningKey.shared(.es256).publicSet()
        let verified = try TokenVerifier.verify(token, keys: keys, expecting: .ordinary, at: .now)
        #expect(verified.claims.subject == "0b9a3c1e")
    }

    @Test("a claims set can be read without any token")
    func sample() throws {
        let text = Array(#"{"sub":"ada","aal":"aal1","aud":"api"}"#.utf8)
        let claims = try ClaimsSet(unverified: text)
        #expect(claims.subject == "ada")
        #expect(claims.audience == ["api"])
        #expect(claims.expiresAt == nil)
    }

    @Test(
        "a claims set of the wrong form is refused",
        arguments: [
            ("[]", TokenRejection.claimsMalformed), ("{", .claimsMalformed),
            (#"{"exp":"soon"}"#, .claimsInvalid), (#"{"aud":[1]}"#, .claimsInvalid),
        ]
    )
    func wrongSample(_ text: String, _ rejection: TokenRejection) {
        #expect(throws: rejection) { try ClaimsSet(unverified: Array(text.utf8)) }
    }
}
