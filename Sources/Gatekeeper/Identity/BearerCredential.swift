internal import HTTPMessage

/// What the `Authorization` field of a request brings (RFC 6750, section 2.1).
enum BearerCredential: Equatable {
    case absent
    /// Another scheme: the application's business, and no credential here.
    case otherScheme
    /// More than one field, or more than one token: nobody could say which one counts.
    case ambiguous
    case token(ArraySlice<UInt8>)

    init(_ head: borrowing RequestHead) {
        switch head.count(of: .authorization) {
        case 0: self = .absent
        case 1: self = head.first(.authorization).map { Self(field: head[$0]) } ?? .absent
        default: self = .ambiguous
        }
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
