import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct TokenRefusalTests {
    @Test("the verifier's words and the profile's are the same kind of words")
    func words() {
        #expect(TokenRefusal(TokenRejection.tokenType).code == "token-type")
        #expect(TokenRefusal(CallerRejection.sessionPending).code == "session-pending")
        #expect(TokenRefusal(.issuerMismatch) == TokenRefusal(code: "issuer-mismatch"))
    }
}
