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
    }

    var issuers: [Issuer]
    /// The profile of claims that no configured issuer owns.
    var fallback: ProviderProfile
    /// Whether tokens are believed without keys.
    var allowsUnverified: Bool

    /// Reads a sample; the caller is absent where the token was refused.
    func read(
        _ token: SampleToken,
        override: ProviderProfile?,
        paths: [ClaimPath],
        at now: Instant
    ) -> (status: TokenStatus, caller: Caller?) {
        do throws(TokenRefusal) {
            switch token {
            case .absent:
                return (.absent, .visitor)
            case .claims(let bytes):
                let claims = try Self.claims(bytes)
                let profile = override ?? self.issuer(of: claims.issuer)?.profile ?? self.fallback
                return (.unverified, try profile.caller(named: claims, paths: paths, now: now))
            case .compact(let bytes):
                return try self.readCompact(bytes, override: override, paths: paths, at: now)
            }
        } catch {
            return (.rejected(code: error.code), nil)
        }
    }

    private func readCompact(
        _ bytes: [UInt8],
        override: ProviderProfile?,
        paths: [ClaimPath],
        at now: Instant
    ) throws(TokenRefusal) -> (status: TokenStatus, caller: Caller?) {
        let parsed: UnverifiedToken
        do throws(TokenRejection) {
            parsed = try UnverifiedToken(parsing: bytes.span)
        } catch {
            throw TokenRefusal(error)
        }
        let issuer = self.issuer(of: parsed.claimedIssuer)
        let profile = override ?? issuer?.profile ?? self.fallback
        guard let issuer else {
            guard self.allowsUnverified else {
                throw self.issuers.isEmpty
                    ? TokenRefusal(code: Reason.keysUnavailable.rawValue)
                    : TokenRefusal(.issuerMismatch)
            }
            let claims = try Self.claims(of: parsed)
            return (.unverified, try profile.caller(named: claims, paths: paths, now: now))
        }
        let verified = try Self.verify(parsed, issuer, at: now)
        return (.valid, try profile.caller(of: verified, paths: paths, now: now))
    }

    private static func verify(
        _ token: UnverifiedToken,
        _ issuer: Issuer,
        at now: Instant
    ) throws(TokenRefusal) -> TokenAssessment {
        guard let keys = issuer.keys else {
            throw TokenRefusal(code: Reason.keysUnavailable.rawValue)
        }
        do throws(TokenRejection) {
            let verified = try TokenVerifier.verify(
                token,
                keys: keys,
                expecting: issuer.expectations,
                at: now.numericDate
            )
            return .valid(verified)
        } catch {
            throw TokenRefusal(error)
        }
    }

    private func issuer(of name: String?) -> Issuer? {
        self.issuers.first { issuer in
            issuer.name.map { $0.utf8.elementsEqual((name ?? "").utf8) } ?? true
        }
    }

    private static func claims(_ bytes: [UInt8]) throws(TokenRefusal) -> ClaimsSet {
        do throws(TokenRejection) {
            return try ClaimsSet(unverified: bytes.span)
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
