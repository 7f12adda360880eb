internal import HTTPMessage

/// What the `Authorization` field of a request brings (RFC 6750, section 2.1).
enum BearerCredential: Equatable {
    case absent
    /// Another scheme: the application's business, and no credential here.
    case otherScheme
    /// More than one field, or more than one token: nobody could say which one counts.
    case ambiguous
    case token(ArraySlice<UInt8>)

    /// Reads the field.
    ///
    /// - `acceptsBareTokens`: whether the applications of an issuer take a token without a scheme,
    ///   so that it counts for us as well.
    init(_ head: borrowing RequestHead, acceptsBareTokens: Bool = false) {
        switch head.count(of: .authorization) {
        case 0: self = .absent
        case 1:
            guard let field = head.first(.authorization) else {
                self = .absent
                return
            }
            let isBare = acceptsBareTokens && Self.isBareToken(head[field])
            self = isBare ? .token(head[field]) : Self(field: head[field])
        default: self = .ambiguous
        }
    }

    // Three segments with dots between: no scheme anyone has heard of looks so.
    private static func isBareToken(_ field: ArraySlice<UInt8>) -> Bool {
        field.count { $0 == UInt8(ascii: ".") } == 2
            && !field.contains(UInt8(ascii: " ")) && !field.contains(UInt8(ascii: "\t"))
    }

    private init(field: ArraySlice<UInt8>) {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let scheme = field.prefix { !isBlank($0) }
        guard scheme.count == 6, Self.isBearer(scheme) else {
            self = .otherScheme
            return
        }
        let token = field.dropFirst(6).drop(while: isBlank)
        self = token.contains(where: isBlank) ? .ambiguous : .token(token)
    }

    // RFC 9110 section 11.1: schemes are compared without regard to case.
    private static func isBearer(_ scheme: ArraySlice<UInt8>) -> Bool {
        zip(scheme, "bearer".utf8).allSatisfy { $0 | 0x20 == $1 }
    }
}
