package import JSON

/// The claims of RFC 7519 section 4, with the registered ones checked for their type.
///
/// A claims set says nothing about trust; ``VerifiedToken`` does.
public struct ClaimsSet: Sendable {
    private let members: JSONNode

    /// `exp`, on or after which the token must not be accepted.
    public let expiresAt: NumericDate?

    /// `nbf`, before which the token must not be accepted.
    public let notBefore: NumericDate?

    /// `iat`, when the token was issued.
    public let issuedAt: NumericDate?

    /// Reads a claims set that nobody vouches for, such as a sample from a file.
    package init(
        unverified text: [UInt8],
        limits: TokenLimits = TokenLimits(maximumBytes: 1 << 20)
    ) throws(TokenRejection) {
        do {
            self.members = try JSONDocument(parsing: text, limits: limits.json).root
        } catch {
            throw .claimsMalformed
        }
        guard self.members.isObject else { throw .claimsMalformed }
        self.expiresAt = try Self.date("exp", in: self.members)
        self.notBefore = try Self.date("nbf", in: self.members)
        self.issuedAt = try Self.date("iat", in: self.members)
        try Self.checkStrings(in: self.members)
        try Self.checkAudience(in: self.members)
    }
}

extension ClaimsSet {
    /// `iss`, who issued the token.
    public var issuer: String? {
        self.members.member("iss")?.string
    }

    /// `sub`, whom the token is about.
    public var subject: String? {
        self.members.member("sub")?.string
    }

    /// `aud`, for whom the token is; one string is a list of one.
    public var audience: [String] {
        guard let member = self.members.member("aud") else { return [] }
        if let single = member.string { return [single] }
        var names: [String] = []
        member.forEachElement { element in
            if let name = element.string {
                names.append(name)
            }
        }
        return names
    }

    /// A claim, read in place.
    package func member(_ name: String) -> JSONNode? {
        self.members.member(name)
    }

    /// Any claim, copied out.
    package subscript(name: String) -> JSONValue? {
        self.members.member(name)?.value
    }

    /// The claim at the end of a path of member names, copied out.
    package func value(at path: [String]) -> JSONValue? {
        self.node(at: path)?.value
    }

    /// The claim at the end of a path of member names, read in place.
    package func node(at path: [String]) -> JSONNode? {
        var node = self.members
        for name in path {
            guard let member = node.member(name) else { return nil }
            node = member
        }
        return node
    }

    /// All claims, copied out.
    package var object: JSONObject {
        self.members.value.objectValue ?? [:]
    }
}

extension ClaimsSet {
    /// Whether `iss` is exactly that.
    package func isIssued(by issuer: String) -> Bool {
        self.members.member("iss")?.isString(equalTo: issuer) ?? false
    }

    func isMeant(forOneOf audiences: [String]) -> Bool {
        guard let member = self.members.member("aud") else { return false }
        guard member.isArray else { return audiences.contains { member.isString(equalTo: $0) } }
        return member.elements.contains { name in
            audiences.contains { name.isString(equalTo: $0) }
        }
    }

    private static func date(
        _ name: String,
        in members: JSONNode
    ) throws(TokenRejection) -> NumericDate? {
        guard let member = members.member(name) else { return nil }
        guard let date = NumericDate(member) else { throw .claimsInvalid }
        return date
    }

    private static func checkStrings(in members: JSONNode) throws(TokenRejection) {
        for name in ["iss", "sub", "jti"] {
            guard members.member(name)?.isString ?? true else { throw .claimsInvalid }
        }
    }

    private static func checkAudience(in members: JSONNode) throws(TokenRejection) {
        guard let member = members.member("aud"), !member.isString else { return }
        guard member.isArray else { throw .claimsInvalid }
        try member.forEachElement { (element) throws(TokenRejection) in
            guard element.isString else { throw .claimsInvalid }
        }
    }
}
