/// A token that was parsed and is trusted for nothing.
public struct UnverifiedToken: Sendable {
    /// The token as it came.
    package let bytes: [UInt8]
    let parsed: ParsedToken

    /// Parses a compact token.
    ///
    /// A payload that is no claims set is not refused yet: the signature is judged first.
    ///
    /// - Parameters:
    ///   - bytes: The token.
    ///   - limits: How large it and its parts may be.
    ///   - keys: Keys that may have signed it: a header that their issuer writes into every token
    ///     need not be read again.
    /// - Throws: Why it is no token.
    public init(
        parsing bytes: [UInt8],
        limits: TokenLimits = .standard,
        expecting keys: JSONWebKeySet? = nil
    ) throws(TokenRejection) {
        self.parsed = try ParsedToken(
            parsing: bytes.span,
            limits: limits,
            familiar: keys?.familiarHeaders
        )
        self.bytes = bytes
    }

    /// Parses a compact token.
    public init(parsing text: String, limits: TokenLimits = .standard) throws(TokenRejection) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}

extension UnverifiedToken {
    /// What the token says about itself.
    public var header: JOSEHeader {
        self.parsed.header
    }

    /// The `iss` the token bears, to choose the issuer whose keys must prove it.
    public var claimedIssuer: String? {
        switch self.parsed.claims {
        case .success(let claims): claims.issuer
        case .failure: nil
        }
    }

    /// The claims as anybody could have written them.
    public func unverifiedClaims() throws(TokenRejection) -> ClaimsSet {
        try self.parsed.claims.get()
    }
}

/// The parts of a token, beside the bytes they were read from.
struct ParsedToken: Sendable {
    let serialization: CompactSerialization
    let header: JOSEHeader
    let claims: Result<ClaimsSet, TokenRejection>

    init(
        parsing bytes: Span<UInt8>,
        limits: TokenLimits,
        familiar: FamiliarHeaders? = nil
    ) throws(TokenRejection) {
        self.serialization = try CompactSerialization(of: bytes, maximumBytes: limits.maximumBytes)
        if let header = familiar?.header(of: bytes.extracting(self.serialization.header)) {
            self.header = header
        } else {
            let header = try self.serialization.decodedHeader(bytes)
            self.header = try JOSEHeader(parsing: header, limits: limits)
        }
        let payload = try self.serialization.decodedPayload(bytes)
        do {
            self.claims = .success(try ClaimsSet(unverified: payload, limits: limits))
        } catch {
            self.claims = .failure(error)
        }
    }
}
