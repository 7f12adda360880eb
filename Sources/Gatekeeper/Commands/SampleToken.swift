internal import PolicyDSL
internal import TokenVerify

/// A token to try policies with.
enum SampleToken {
    case absent
    /// A compact JWT.
    case compact([UInt8])
    /// A decoded claims set, which nobody signed.
    case claims([UInt8])
}

/// What a sample token was found to be, as results state it.
enum TokenStatus: Equatable {
    case valid
    case rejected(code: String)
    /// Believed because the author says so: only the provider profile was applied.
    case unverified
    case absent

    var word: String {
        switch self {
        case .valid: "valid"
        case .rejected: "rejected"
        case .unverified: "unverified"
        case .absent: "absent"
        }
    }

    var code: String? {
        switch self {
        case .rejected(let code): code
        case .valid, .unverified, .absent: nil
        }
    }
}

/// The issuers that samples are held against.
struct SampleIssuers {
    /// One issuer with its keys.
    struct Issuer {
        var profile: ProviderProfile
        /// The exact `iss`; nil where any issuer will do.
        var name: String?
        /// Absent where they could not be had.
        var keys: JSONWebKeySet?
        var expectations: TokenExpectations
        /// What the proxy knows of the issuer; absent where flags describe it.
        var rules: IssuerRules?

        /// What tokens of that `iss` are held against; nil where they are another issuer's.
        fileprivate func expectations(of name: String?) -> TokenExpectations? {
            guard let own = self.name else { return self.expectations }
            guard let name else { return nil }
            if own.utf8.elementsEqual(name.utf8) { return self.expectations }
            guard let rules = self.rules, rules.mayHaveLegacyKey(of: name) else { return nil }
            return LegacyAPIKey.expectations(self.expectations)
        }
    }

    /// What a sample was found to be.
    struct Reading {
        var status: TokenStatus
        /// Absent where the token was refused.
        var caller: Caller?
        /// What the directory would be asked; absent where nobody is there to ask about.
        var question: DirectoryQuestion?
    }

    var issuers: [Issuer]
    /// The profile of claims that no configured issuer owns.
    var fallback: ProviderProfile
    /// Whether tokens are believed without keys.
    var allowsUnverified: Bool

    /// Reads a sample.
    func read(
        _ token: SampleToken,
        override: ProviderProfile?,
        paths: [ClaimPath],
        at now: Instant
    ) -> Reading {
        do throws(TokenRefusal) {
            switch token {
            case .absent:
                return Reading(status: .absent, caller: .visitor)
            case .claims(let bytes):
                let claims = try Self.claims(bytes)
                let issuer = self.issuers.first { $0.expectations(of: claims.issuer) != nil }
                let profile = override ?? issuer?.profile ?? self.fallback
                let caller = try profile.caller(named: claims, paths: paths, now: now)
                return self.reading(.unverified, caller, claims, of: issuer, token: [], at: now)
            case .compact(let bytes):
                return try self.readCompact(bytes, override: override, paths: paths, at: now)
            }
        } catch {
            return Reading(status: .rejected(code: error.code))
        }
    }

    private func reading(
        _ status: TokenStatus,
        _ caller: Caller,
        _ claims: ClaimsSet,
        of issuer: Issuer?,
        token: [UInt8],
        at now: Instant
    ) -> Reading {
        // Claims that name no configured issuer are the only one's.
        let only = self.issuers.count == 1 ? self.issuers.first : nil
        let rules = (issuer ?? only)?.rules
        let question = rules.flatMap {
            DirectoryQuestion(
                about: caller,
                issuer: $0.index,
                token: token,
                claims: claims,
                now: now
            )
        }
        return Reading(status: status, caller: caller, question: question)
    }

    private func readCompact(
        _ bytes: [UInt8],
        override: ProviderProfile?,
        paths: [ClaimPath],
        at now: Instant
    ) throws(TokenRefusal) -> Reading {
        if self.issuers.contains(where: { $0.rules?.apiKey.map { $0 == bytes } ?? false }) {
            return Reading(status: .absent, caller: .visitor)
        }
        let parsed: UnverifiedToken
        do throws(TokenRejection) {
            parsed = try UnverifiedToken(parsing: bytes)
        } catch {
            throw TokenRefusal(error)
        }
        var refusal: TokenRefusal?
        for issuer in self.issuers {
            guard let expected = issuer.expectations(of: parsed.claimedIssuer) else { continue }
            do throws(TokenRefusal) {
                let verified = try Self.verify(parsed, issuer, expected, at: now)
                let profile = override ?? issuer.profile
                let caller = try profile.caller(of: verified, paths: paths, now: now)
                return self.reading(
                    .valid,
                    caller,
                    verified.claims,
                    of: issuer,
                    token: bytes,
                    at: now
                )
            } catch {
                // Several projects' legacy keys bear the same `iss`.
                guard expected.issuer != issuer.name, LegacyAPIKey.mayBeForeign(error.code) else {
                    throw error
                }
                refusal = error
            }
        }
        if let refusal { throw refusal }
        guard self.allowsUnverified || !self.issuers.isEmpty else {
            throw TokenRefusal(code: Reason.keysUnavailable.rawValue)
        }
        let claims = try Self.claims(of: parsed)
        guard self.allowsUnverified else { throw TokenRefusal(.issuerMismatch) }
        let profile = override ?? self.fallback
        let caller = try profile.caller(named: claims, paths: paths, now: now)
        return self.reading(.unverified, caller, claims, of: nil, token: bytes, at: now)
    }

    private static func verify(
        _ token: UnverifiedToken,
        _ issuer: Issuer,
        _ expected: TokenExpectations,
        at now: Instant
    ) throws(TokenRefusal) -> TokenAssessment {
        guard let keys = issuer.keys else {
            throw TokenRefusal(code: Reason.keysUnavailable.rawValue)
        }
        do throws(TokenRejection) {
            let verified = try TokenVerifier.verify(
                token,
                keys: keys,
                expecting: expected,
                at: now.numericDate
            )
            let isLegacy = issuer.name != nil && expected.issuer != issuer.name
            guard !isLegacy || LegacyAPIKey.isOne(verified.claims) else {
                throw TokenRejection.claimsInvalid
            }
            return .valid(verified)
        } catch {
            throw TokenRefusal(error)
        }
    }

    private static func claims(_ bytes: [UInt8]) throws(TokenRefusal) -> ClaimsSet {
        do throws(TokenRejection) {
            return try ClaimsSet(unverified: bytes)
        } catch {
            throw TokenRefusal(error)
        }
    }

    private static func claims(of token: UnverifiedToken) throws(TokenRefusal) -> ClaimsSet {
        do throws(TokenRejection) {
            return try token.unverifiedClaims()
        } catch {
            throw TokenRefusal(error)
        }
    }
}
