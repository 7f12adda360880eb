/// Every way in which a token is refused.
public enum TokenRejection: Error, Hashable, CaseIterable, Sendable {
    /// More bytes than the limit allows.
    case tooLarge
    /// Not three segments divided by dots, with a header and a signature.
    case malformed
    /// Five segments: an encrypted token.
    case encrypted
    /// A segment is not strict base64url.
    case encoding
    /// The header is not one JSON object with an `alg`, or a member has the wrong type.
    case headerMalformed
    /// The header asks for no signature.
    case algorithmNone
    /// The header names an algorithm we do not verify.
    case algorithmUnknown
    /// The issuer, or the key, does not use the header's algorithm.
    case algorithmNotAllowed
    /// The header marks extensions as critical; we understand none.
    case criticalHeader
    /// The payload is not encoded as base64url.
    case payloadUnencoded
    /// The payload is compressed.
    case payloadCompressed
    /// The payload is another token.
    case nested
    /// The header's `typ` is not that of the tokens expected.
    case tokenType
    /// The header's `kid` is empty or no string.
    case keyIDInvalid
    /// No key has the header's `kid`, or there is no key at all.
    case unknownKey
    /// More than one key fits.
    case keyAmbiguous
    /// The signature is not the key's over these bytes.
    case signatureInvalid
    /// The payload is not one JSON object.
    case claimsMalformed
    /// A registered claim has the wrong type or is out of range.
    case claimsInvalid
    /// `iss` is missing or not the one expected.
    case issuerMismatch
    /// `aud` is missing or names none of the audiences expected.
    case audienceMismatch
    /// `exp` is missing.
    case expiryMissing
    /// `nbf` lies in the future.
    case notYetValid
    /// `iat` lies in the future.
    case issuedInFuture
    /// `exp` has passed.
    case expired
}

extension TokenRejection {
    /// The stable word for logs, metrics and results.
    public var code: String {
        switch self {
        case .tooLarge: "token-too-large"
        case .malformed: "token-malformed"
        case .encrypted: "token-encrypted"
        case .encoding: "token-encoding"
        case .headerMalformed: "header-malformed"
        case .algorithmNone: "algorithm-none"
        case .algorithmUnknown: "algorithm-unknown"
        case .algorithmNotAllowed: "algorithm-not-allowed"
        case .criticalHeader: "critical-header"
        case .payloadUnencoded: "payload-unencoded"
        case .payloadCompressed: "payload-compressed"
        case .nested: "token-nested"
        case .tokenType: "token-type"
        case .keyIDInvalid: "key-id-invalid"
        case .unknownKey: "token-unknown-key"
        case .keyAmbiguous: "key-ambiguous"
        case .signatureInvalid: "signature-invalid"
        case .claimsMalformed: "claims-malformed"
        case .claimsInvalid: "claims-invalid"
        case .issuerMismatch: "issuer-mismatch"
        case .audienceMismatch: "audience-mismatch"
        case .expiryMissing: "expiry-missing"
        case .notYetValid: "token-not-yet-valid"
        case .issuedInFuture: "token-issued-in-future"
        case .expired: "token-expired"
        }
    }
}

extension TokenRejection: CustomStringConvertible {
    /// One sentence for people; it never quotes the token.
    public var description: String {
        switch self {
        case .tooLarge: "the token is larger than allowed"
        case .malformed: "the token is not three segments divided by dots"
        case .encrypted: "the token is encrypted"
        case .encoding: "a segment is not strict base64url"
        case .headerMalformed: "the header is not a valid JOSE header"
        case .algorithmNone: "the token is not signed"
        case .algorithmUnknown: "the header names an unknown algorithm"
        case .algorithmNotAllowed: "the algorithm is not allowed for this issuer or key"
        case .criticalHeader: "the header marks an extension as critical"
        case .payloadUnencoded: "the payload is not encoded as base64url"
        case .payloadCompressed: "the payload is compressed"
        case .nested: "the payload is another token"
        case .tokenType: "the token is of another type"
        case .keyIDInvalid: "the key ID is empty or no string"
        case .unknownKey: "no key of the issuer has this key ID"
        case .keyAmbiguous: "more than one key fits"
        case .signatureInvalid: "the signature does not match"
        case .claimsMalformed: "the payload is not a JSON object"
        case .claimsInvalid: "a claim has the wrong type or is out of range"
        case .issuerMismatch: "the token is from another issuer"
        case .audienceMismatch: "the token is for another audience"
        case .expiryMissing: "the token has no expiry"
        case .notYetValid: "the token is not valid yet"
        case .issuedInFuture: "the token was issued in the future"
        case .expired: "the token has expired"
        }
    }
}
