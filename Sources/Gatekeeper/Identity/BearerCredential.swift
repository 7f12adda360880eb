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
        case 1: self = head.first(.authorization).map { Self($0, of: head) } ?? .absent
        default: self = .ambiguous
        }
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
