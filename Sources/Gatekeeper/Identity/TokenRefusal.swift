internal import PolicyDSL
internal import TokenVerify

/// Why a token names nobody: the verifier's word, or the profile's.
struct TokenRefusal: Error, Equatable, Sendable {
    /// The stable word of records and answers.
    let code: String

    init(code: String) {
        self.code = code
    }

    init(_ rejection: TokenRejection) {
        self.init(code: rejection.code)
    }

    init(_ rejection: CallerRejection) {
        self.init(code: rejection.code)
    }
}

extension ProviderProfile {
    /// Whom a token names whose signature, issuer and audience hold, be it expired or not.
    func caller(
        of token: TokenAssessment,
        paths: [ClaimPath],
        now: Instant
    ) throws(TokenRefusal) -> Caller {
        do throws(TokenRejection) {
            try self.tokens.check(token)
        } catch {
            throw TokenRefusal(error)
        }
        return try self.caller(named: token.claims, paths: paths, now: now)
    }

    /// Whom claims name that are believed without a token.
    func caller(
        named claims: ClaimsSet,
        paths: [ClaimPath],
        now: Instant
    ) throws(TokenRefusal) -> Caller {
        do throws(CallerRejection) {
            return try Caller(claims: claims, profile: self, paths: paths, now: now)
        } catch {
            throw TokenRefusal(error)
        }
    }
}

extension TokenAssessment {
    var header: JOSEHeader {
        switch self {
        case .valid(let token): token.header
        case .expired(let token): token.header
        }
    }

    var claims: ClaimsSet {
        switch self {
        case .valid(let token): token.claims
        case .expired(let token): token.claims
        }
    }
}
