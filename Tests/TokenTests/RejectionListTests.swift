import Testing
import TokenVerify

@Suite struct RejectionListTests {
    @Test("the code words that the attacks meet are all there are")
    func everyCodeIsMet() {
        let met =
            HeaderAttackTests.refusals + ClaimsAttackTests.refusals
            + EncodingAttackTests.refusals + KeyAttackTests.refusals
        #expect(Set(met.map { $0.code }) == Set(TokenRejection.allCases.map { $0.code }))
    }

    @Test("code words and descriptions differ from each other")
    func codesAreDistinct() {
        let cases = TokenRejection.allCases
        #expect(Set(cases.map { $0.code }).count == cases.count)
        #expect(Set(cases.map { $0.description }).count == cases.count)
    }

    @Test("a code word is lower case with hyphens", arguments: TokenRejection.allCases)
    func codeIsKebabCase(_ rejection: TokenRejection) {
        #expect(rejection.code.allSatisfy { $0 == "-" || ("a"..."z").contains($0) })
    }
}
