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
        let name: String
        do throws(TokenRejection) {
            name = try UnverifiedToken(parsing: token.span, limits: limits).claimedIssuer ?? ""
        } catch {
            return .refused(code: error.code, detail: error.description)
        }
        let issuers = configuration.issuers.enumerated().map { index, issuer in
            IssuerRules(issuer, index: index, limits: configuration.limits)
        }
        guard let issuer = issuers.first(where: { $0.issues(name) }) else {
            let rejection = TokenRejection.issuerMismatch
            return .refused(code: rejection.code, detail: rejection.description)
        }
        guard let keys = try await KeyLoading.keys(of: [issuer.configuration]).first ?? nil else {
            return .refused(
                code: Reason.keysUnavailable.rawValue,
                detail: "the keys of \(issuer.configuration.issuer) cannot be had"
            )
        }
        let question = TokenQuestion(
            token: token,
            keys: .success(keys),
            expectations: issuer.expectations(for: name),
            at: now,
            rules: issuer.profile.tokens
        )
        let answer = question.answer(signatureOnly: false)
        guard case .valid(let claims?) = answer, !issuer.vouches(for: claims, named: name) else {
            return answer
        }
        let rejection = TokenRejection.claimsInvalid
        return .refused(code: rejection.code, detail: rejection.description)
    }
}
