internal import PolicyDSL
internal import TokenVerify

/// A token held against the configured issuer that it names.
enum ConfiguredToken {
    static func answer(
        _ token: [UInt8],
        by configuration: Configuration,
        at now: Instant
    ) async throws -> TokenQuestion.Answer {
        let limits = TokenLimits(maximumBytes: configuration.limits.tokenBytes)
        let claimed: ClaimsSet
        do throws(TokenRejection) {
            let parsed = try UnverifiedToken(parsing: token, limits: limits)
            claimed = try parsed.unverifiedClaims()
        } catch {
            return .refused(code: error.code, detail: error.description)
        }
        var answer = TokenQuestion.Answer.refused(
            code: TokenRejection.issuerMismatch.code,
            detail: TokenRejection.issuerMismatch.description
        )
        for (index, issuer) in configuration.issuers.enumerated() {
            let rules = IssuerRules(issuer, index: index, limits: configuration.limits)
            if rules.issues(claimed) {
                return try await Self.answer(token, by: rules, rules.expectations, at: now)
            }
            guard let name = claimed.issuer, rules.mayHaveLegacyKey(of: name) else { continue }
            let expected = LegacyAPIKey.expectations(rules.expectations)
            answer = try await Self.answer(token, by: rules, expected, at: now)
            // Every project's legacy keys bear the same `iss`.
            guard case .refused(let code, _) = answer, LegacyAPIKey.mayBeForeign(code) else {
                return Self.vouched(answer)
            }
        }
        return answer
    }

    private static func answer(
        _ token: [UInt8],
        by issuer: IssuerRules,
        _ expected: TokenExpectations,
        at now: Instant
    ) async throws -> TokenQuestion.Answer {
        guard let keys = try await KeyLoading.keys(of: [issuer.configuration]).first ?? nil else {
            return .refused(
                code: Reason.keysUnavailable.rawValue,
                detail: "the keys of \(issuer.configuration.issuer) cannot be had"
            )
        }
        let question = TokenQuestion(
            token: token,
            keys: .success(keys),
            expectations: expected,
            at: now,
            rules: issuer.profile.tokens
        )
        return question.answer(signatureOnly: false)
    }

    // What bears the `iss` of legacy keys is one, or nothing.
    private static func vouched(_ answer: TokenQuestion.Answer) -> TokenQuestion.Answer {
        guard case .valid(let claims?) = answer, !LegacyAPIKey.isOne(claims) else { return answer }
        let rejection = TokenRejection.claimsInvalid
        return .refused(code: rejection.code, detail: rejection.description)
    }
}
