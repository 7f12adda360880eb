package import JSON

/// The claims of RFC 7519 section 4, with the registered ones checked for their type.
///
/// A claims set says nothing about trust; ``VerifiedToken`` does.
public struct ClaimsSet: Sendable {
    private let document: JSONDocument

    /// `exp`, on or after which the token must not be accepted.
    public let expiresAt: NumericDate?

    /// `nbf`, before which the token must not be accepted.
    public let notBefore: NumericDate?

    /// `iat`, when the token was issued.
    public let issuedAt: NumericDate?

    /// Reads a claims set that nobody vouches for, such as a sample from a file.
    package init(
        unverified text: Span<UInt8>,
        limits: TokenLimits = TokenLimits(maximumBytes: 1 << 20)
    ) throws(TokenRejection) {
        do {
            self.document = try JSONDocument(parsing: text, limits: limits.json)
        } catch {
            throw .claimsMalformed
        }
        let members = self.document.root
        guard members.isObject else { throw .claimsMalformed }
        self.expiresAt = try Self.date("exp", in: members)
        self.notBefore = try Self.date("nbf", in: members)
        self.issuedAt = try Self.date("iat", in: members)
        try Self.checkStrings(in: members)
        try Self.checkAudience(in: members)
    }
}

extension ClaimsSet {
    /// `iss`, who issued the token.
    public var issuer: String? {
        self.document.root.member("iss")?.string
    }

    /// `sub`, whom the token is about.
    public var subject: String? {
        self.document.root.member("sub")?.string
    }

    /// `aud`, for whom the token is; one string is a list of one.
    public var audience: [String] {
        guard let member = self.document.root.member("aud") else { return [] }
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
        self.document.root.member(name)
    }

    /// Any claim, copied out.
    package subscript(name: String) -> JSONValue? {
        self.document.root.member(name)?.value
    }

    /// The claim at the end of a path of member names, copied out.
    package func value(at path: [String]) -> JSONValue? {
        self.node(at: path)?.value
    }

    /// The claim at the end of a path of member names, read in place.
    package func node(at path: [String]) -> JSONNode? {
        var node = self.document.root
        for name in path {
            guard let member = node.member(name) else { return nil }
            node = member
        }
        return node
    }

    /// All claims, copied out.
    package var object: JSONObject {
        self.document.root.value.objectValue ?? [:]
    }
}

extension ClaimsSet {
    /// Whether `iss` is exactly that.
    package func isIssued(by issuer: String) -> Bool {
        self.document.root.member("iss")?.isString(equalTo: issuer) ?? false
    }

    func isMeant(forOneOf audiences: [String]) -> Bool {
        guard let member = self.document.root.member("aud") else { return false }
        guard member.isArray else { return audiences.contains { member.isString(equalTo: $0) } }
        for position in 0..<member.count {
            guard let element = member.element(position) else { return false }
            if audiences.contains(where: { element.isString(equalTo: $0) }) { return true }
        }
        return false
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
