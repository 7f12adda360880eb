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
            self = isBare ? .token(head[field]) : Self(field, of: head)
        default: self = .ambiguous
        }
    }

    // Three segments with dots between: no scheme anyone has heard of looks so.
    private static func isBareToken(_ field: ArraySlice<UInt8>) -> Bool {
        field.count { $0 == UInt8(ascii: ".") } == 2
            && !field.contains(UInt8(ascii: " ")) && !field.contains(UInt8(ascii: "\t"))
    }

    private init(_ field: ByteRange, of head: borrowing RequestHead) {
        let bytes = head.bytes
        var start = Int(field.start) + 6
        // RFC 9110 section 11.1: schemes are compared without regard to case.
        guard field.count > 6, Self.isBlank(bytes[start]),
            bytes.span.spells("bearer", in: ByteRange(Int(field.start), start))
        else {
            // Alone the word is a credential without a token.
            let isBare = field.count == 6 && bytes.span.spells("bearer", in: field)
            self = isBare ? .token([]) : .otherScheme
            return
        }
        while start < Int(field.end), Self.isBlank(bytes[start]) {
            start += 1
        }
        let token = ByteRange(start, Int(field.end))
        self = bytes.span.containsBlank(in: token) ? .ambiguous : .token(bytes[token.indices])
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
