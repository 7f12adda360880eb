/// Decides whether a token may be believed.
public enum TokenVerifier {
    /// Checks everything about a token; what is returned may be believed.
    public static func verify(
        _ token: Span<UInt8>,
        keys: JSONWebKeySet,
        expecting expected: TokenExpectations,
        at now: NumericDate
    ) throws(TokenRejection) -> VerifiedToken {
        try self.assess(token, keys: keys, expecting: expected, at: now).unexpired()
    }

    /// Checks everything about a token; what is returned may be believed.
    public static func verify(
        _ token: UnverifiedToken,
        keys: JSONWebKeySet,
        expecting expected: TokenExpectations,
        at now: NumericDate
    ) throws(TokenRejection) -> VerifiedToken {
        try self.assess(token, keys: keys, expecting: expected, at: now).unexpired()
    }

    /// Checks everything about a token and keeps apart the one that is merely expired.
    public static func assess(
        _ token: Span<UInt8>,
        keys: JSONWebKeySet,
        expecting expected: TokenExpectations,
        at now: NumericDate
    ) throws(TokenRejection) -> TokenAssessment {
        let parsed = try ParsedToken(
            parsing: token,
            limits: expected.limits,
            familiar: keys.familiarHeaders
        )
        return try self.assess(parsed, of: token, keys, expected, now)
    }

    /// Checks everything about a token and keeps apart the one that is merely expired.
    public static func assess(
        _ token: UnverifiedToken,
        keys: JSONWebKeySet,
        expecting expected: TokenExpectations,
        at now: NumericDate
    ) throws(TokenRejection) -> TokenAssessment {
        try self.assess(token.parsed, of: token.bytes.span, keys, expected, now)
    }

    /// Checks the signature alone and returns the payload, whatever it holds.
    public static func verifySignature(
        _ token: Span<UInt8>,
        keys: JSONWebKeySet,
        expecting expected: TokenExpectations
    ) throws(TokenRejection) -> VerifiedPayload {
        let limits = expected.limits
        let parts = try CompactSerialization(of: token, maximumBytes: limits.maximumBytes)
        let header = try JOSEHeader(parsing: parts.decodedHeader(token), limits: limits)
        let payload = try parts.decodedPayload(token)
        try self.checkSignature(of: token, parts, header, keys, expected)
        return VerifiedPayload(header: header, bytes: payload)
    }
}

/// A token whose signature and claims were checked; only ``TokenVerifier`` can make one.
public struct VerifiedToken: Sendable {
    /// The header, which the signature covers.
    public let header: JOSEHeader

    /// The claims, which may be believed.
    public let claims: ClaimsSet

    /// When the token ends; the leeway is not added.
    public let expiresAt: NumericDate

    fileprivate init(header: JOSEHeader, claims: ClaimsSet, expiresAt: NumericDate) {
        self.header = header
        self.claims = claims
        self.expiresAt = expiresAt
    }
}

/// A token that would be valid had it not expired; only ``TokenVerifier`` can make one.
public struct ExpiredToken: Sendable {
    /// The header, which the signature covers.
    public let header: JOSEHeader

    /// The claims, which held until the token expired.
    public let claims: ClaimsSet

    fileprivate init(header: JOSEHeader, claims: ClaimsSet) {
        self.header = header
        self.claims = claims
    }
}

/// What a token that was not refused is.
public enum TokenAssessment: Sendable {
    /// To be believed.
    case valid(VerifiedToken)
    /// Signed and issued as expected, but over.
    case expired(ExpiredToken)

    fileprivate func unexpired() throws(TokenRejection) -> VerifiedToken {
        switch self {
        case .valid(let token): return token
        case .expired: throw .expired
        }
    }
}

/// Bytes whose signature was checked, and nothing else about them.
public struct VerifiedPayload: Sendable {
    /// The header, which the signature covers.
    public let header: JOSEHeader

    /// The payload, decoded.
    public let bytes: [UInt8]

    fileprivate init(header: JOSEHeader, bytes: [UInt8]) {
        self.header = header
        self.bytes = bytes
    }
}

extension TokenVerifier {
    private static func assess(
        _ token: ParsedToken,
        of bytes: Span<UInt8>,
        _ keys: JSONWebKeySet,
        _ expected: TokenExpectations,
        _ now: NumericDate
    ) throws(TokenRejection) -> TokenAssessment {
        try self.checkSignature(of: bytes, token.serialization, token.header, keys, expected)
        let claims = try token.claims.get()
        try self.check(claims, expected)
        guard let expiresAt = claims.expiresAt else { throw .expiryMissing }
        try self.checkStart(of: claims, expected, now)
        // RFC 7519 section 4.1.4: on or after `exp` the token is not accepted. Asked last, so
        // that an expired token is one that was fine in every other respect.
        guard now < expiresAt.advanced(bySeconds: expected.leeway) else {
            return .expired(ExpiredToken(header: token.header, claims: claims))
        }
        return .valid(VerifiedToken(header: token.header, claims: claims, expiresAt: expiresAt))
    }

    private static func checkSignature(
        of bytes: Span<UInt8>,
        _ parts: CompactSerialization,
        _ header: JOSEHeader,
        _ keys: JSONWebKeySet,
        _ expected: TokenExpectations
    ) throws(TokenRejection) {
        guard expected.tokenType.accepts(header.tokenType) else { throw .tokenType }
        if let algorithms = expected.algorithms {
            guard algorithms.contains(header.algorithm) else { throw .algorithmNotAllowed }
        }
        let key = try keys.key(for: header)
        let signature = try parts.decodedSignature(bytes)
        let isValid = key.isValidSignature(
            signature.span,
            over: bytes.extracting(parts.signingInput),
            using: header.algorithm
        )
        guard isValid else { throw .signatureInvalid }
    }

    private static func check(
        _ claims: ClaimsSet,
        _ expected: TokenExpectations
    ) throws(TokenRejection) {
        if let issuer = expected.issuer {
            guard claims.isIssued(by: issuer) else { throw .issuerMismatch }
        }
        if !expected.audiences.isEmpty {
            guard claims.isMeant(forOneOf: expected.audiences) else { throw .audienceMismatch }
        }
    }

    private static func checkStart(
        of claims: ClaimsSet,
        _ expected: TokenExpectations,
        _ now: NumericDate
    ) throws(TokenRejection) {
        let latest = now.advanced(bySeconds: expected.leeway)
        if let notBefore = claims.notBefore {
            guard notBefore <= latest else { throw .notYetValid }
        }
        if let issuedAt = claims.issuedAt {
            guard issuedAt <= latest else { throw .issuedInFuture }
        }
    }
}
