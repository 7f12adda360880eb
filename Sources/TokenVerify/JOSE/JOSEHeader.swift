package import JSON

/// The header of a signed token, decoded once; what could change the meaning of the payload is
/// refused here.
///
/// `jku`, `x5u`, `jwk` and `x5c` are never followed: keys come from the issuer's set alone.
///
/// An object, since many tokens share one.
public final class JOSEHeader: Sendable {
    /// The algorithm the token claims to be signed with.
    public let algorithm: SignatureAlgorithm

    /// The key the token claims to be signed with.
    public let keyID: String?

    /// The media type, `typ`, as written.
    public let type: String?

    /// What `type` means.
    let tokenType: TokenType

    private let members: JSONNode

    init(parsing text: [UInt8], limits: TokenLimits) throws(TokenRejection) {
        do {
            self.members = try JSONDocument(parsing: text, limits: limits.json).root
        } catch {
            throw .headerMalformed
        }
        guard self.members.isObject else { throw .headerMalformed }
        self.algorithm = try Self.algorithm(self.members)
        try Self.refuseExtensions(self.members)
        self.type = try Self.type(self.members)
        self.tokenType = TokenType(self.type)
        self.keyID = try Self.keyID(self.members)
    }

    /// Any member, such as one that a provider added.
    package subscript(name: String) -> JSONValue? {
        self.members.member(name)?.value
    }
}

extension JOSEHeader {
    private static func algorithm(_ members: JSONNode) throws(TokenRejection) -> SignatureAlgorithm
    {
        guard let name = members.member("alg")?.string else { throw .headerMalformed }
        if let algorithm = SignatureAlgorithm(rawValue: name) { return algorithm }
        throw name.lowercased() == "none" ? .algorithmNone : .algorithmUnknown
    }

    private static func refuseExtensions(_ members: JSONNode) throws(TokenRejection) {
        // RFC 7515 section 4.1.11: whoever does not understand a critical extension must refuse.
        guard members.member("crit") == nil else { throw .criticalHeader }
        // RFC 7797 section 6: `b64` may not be used in a JWT; true is what holds without it.
        if let encoded = members.member("b64") {
            guard let encoded = encoded.bool else { throw .headerMalformed }
            guard encoded else { throw .payloadUnencoded }
        }
        // RFC 7516 section 4.1.3 defines `zip`, for encrypted tokens only.
        guard members.member("zip") == nil else { throw .payloadCompressed }
        // RFC 7519 section 5.2: `cty` is JWT when the payload is itself a token.
        if let content = members.member("cty") {
            guard let content = content.string else { throw .headerMalformed }
            guard !MediaType.names(content, "jwt") else { throw .nested }
        }
    }

    private static func type(_ members: JSONNode) throws(TokenRejection) -> String? {
        guard let member = members.member("typ") else { return nil }
        guard let type = member.string else { throw .headerMalformed }
        return type
    }

    private static func keyID(_ members: JSONNode) throws(TokenRejection) -> String? {
        guard let member = members.member("kid") else { return nil }
        guard let keyID = member.string, !keyID.isEmpty else { throw .keyIDInvalid }
        return keyID
    }
}

/// The kinds of tokens that a `typ` tells apart.
enum TokenType: Sendable {
    case unnamed
    case jwt
    /// `at+jwt` of RFC 9068.
    case accessToken
    case other

    init(_ name: String?) {
        switch name {
        case nil: self = .unnamed
        case .some(let name) where MediaType.names(name, "jwt"): self = .jwt
        case .some(let name) where MediaType.names(name, "at+jwt"): self = .accessToken
        case .some: self = .other
        }
    }
}

/// Media types of RFC 7515 section 4.1.9: letter case and an `application/` prefix do not matter.
enum MediaType {
    /// Whether `text` names `type`, which is given in lower case without the prefix.
    static func names(_ text: String, _ type: String) -> Bool {
        let lowered = text.utf8.map { byte in
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
        }
        return lowered.elementsEqual(type.utf8) || lowered.elementsEqual("application/\(type)".utf8)
    }
}
