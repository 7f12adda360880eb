package import JSON

/// The header of a signed token, decoded once; what could change the meaning of the payload is
/// refused here.
///
/// `jku`, `x5u`, `jwk` and `x5c` are never followed: keys come from the issuer's set alone.
public struct JOSEHeader: Sendable {
    /// The algorithm the token claims to be signed with.
    public let algorithm: SignatureAlgorithm

    /// The key the token claims to be signed with.
    public let keyID: String?

    /// The media type, `typ`, as written.
    public let type: String?

    private let document: JSONDocument

    init(parsing text: [UInt8], limits: TokenLimits) throws(TokenRejection) {
        do {
            self.document = try JSONDocument(parsing: text.span, limits: limits.json)
        } catch {
            throw .headerMalformed
        }
        let members = self.document.root
        guard members.isObject else { throw .headerMalformed }
        self.algorithm = try Self.algorithm(members)
        try Self.refuseExtensions(members)
        self.type = try Self.type(members)
        self.keyID = try Self.keyID(members)
    }

    /// Any member, such as one that a provider added.
    package subscript(name: String) -> JSONValue? {
        self.document.root.member(name)?.value
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
