internal import JSON

/// What a deployment expects of one issuer's tokens.
public struct TokenExpectations: Sendable {
    /// The exact `iss`; nil is not checked.
    public var issuer: String?

    /// `aud` must name one of these; empty is not checked.
    public var audiences: [String]

    /// The algorithms this issuer uses; nil leaves it to each key.
    public var algorithms: Set<SignatureAlgorithm>?

    /// Which `typ` is accepted.
    public var tokenType: TokenTypeRule

    /// How many seconds the issuer's clock may differ from ours.
    public var leeway: Int

    /// How much a token may hold.
    public var limits: TokenLimits

    /// Expects tokens of any issuer and audience unless told otherwise.
    public init(
        issuer: String? = nil,
        audiences: [String] = [],
        algorithms: Set<SignatureAlgorithm>? = nil,
        tokenType: TokenTypeRule = .anyJWT,
        leeway: Int = 30,
        limits: TokenLimits = .standard
    ) {
        self.issuer = issuer
        self.audiences = audiences
        self.algorithms = algorithms
        self.tokenType = tokenType
        self.leeway = leeway
        self.limits = limits
    }
}

/// Which `typ` a token may bear; letter case and an `application/` prefix do not matter.
public enum TokenTypeRule: Sendable {
    /// None, `JWT` or `at+jwt`.
    case anyJWT
    /// `at+jwt` and nothing else, as RFC 9068 section 4 requires.
    case accessToken

    func accepts(_ type: TokenType) -> Bool {
        switch (self, type) {
        case (_, .accessToken), (.anyJWT, .jwt), (.anyJWT, .unnamed): true
        case (.accessToken, .jwt), (.accessToken, .unnamed), (_, .other): false
        }
    }
}

/// How much a token may hold.
public struct TokenLimits: Equatable, Sendable {
    /// The size of the token as received.
    public var maximumBytes: Int

    /// How deep the JSON of header and claims may nest.
    public var maximumDepth: Int

    /// Up to `maximumBytes`, nested at most `maximumDepth` levels.
    public init(maximumBytes: Int, maximumDepth: Int = 32) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
    }

    /// 16 KiB.
    public static let standard = TokenLimits(maximumBytes: 16 << 10)
}

extension TokenLimits {
    // The text is part of a token whose size was checked.
    var json: JSONLimits {
        JSONLimits(maximumBytes: self.maximumBytes, maximumDepth: self.maximumDepth)
    }
}
