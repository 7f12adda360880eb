/// A token that was parsed and is trusted for nothing.
public struct UnverifiedToken: Sendable {
    let serialization: CompactSerialization

    /// What the token says about itself.
    public let header: JOSEHeader

    private let claims: Result<ClaimsSet, TokenRejection>

    /// Parses a compact token.
    ///
    /// A payload that is no claims set is not refused yet: the signature is judged first.
    public init(
        parsing bytes: Span<UInt8>,
        limits: TokenLimits = .standard
    ) throws(TokenRejection) {
        self.serialization = try CompactSerialization(
            parsing: bytes,
            maximumBytes: limits.maximumBytes
        )
        self.header = try JOSEHeader(parsing: self.serialization.decodedHeader(), limits: limits)
        let payload = try self.serialization.decodedPayload()
        do {
            self.claims = .success(try ClaimsSet(unverified: payload.span, limits: limits))
        } catch {
            self.claims = .failure(error)
        }
    }

    /// Parses a compact token.
    public init(parsing text: String, limits: TokenLimits = .standard) throws(TokenRejection) {
        try self.init(parsing: Array(text.utf8).span, limits: limits)
    }
}

extension UnverifiedToken {
    /// The `iss` the token bears, to choose the issuer whose keys must prove it.
    public var claimedIssuer: String? {
        switch self.claims {
        case .success(let claims): claims.issuer
        case .failure: nil
        }
    }

    /// The claims as anybody could have written them.
    public func unverifiedClaims() throws(TokenRejection) -> ClaimsSet {
        try self.claims.get()
    }
}
