/// The three segments of RFC 7515 section 7.1, as ranges over the bytes received.
package struct CompactSerialization: Sendable {
    package let bytes: [UInt8]
    let firstDot: Int
    let secondDot: Int

    package init(parsing bytes: Span<UInt8>, maximumBytes: Int) throws(TokenRejection) {
        guard bytes.count <= maximumBytes else { throw .tooLarge }
        var dots: (Int, Int) = (0, 0)
        var count = 0
        for position in bytes.indices where bytes[position] == UInt8(ascii: ".") {
            count += 1
            switch count {
            case 1: dots.0 = position
            case 2: dots.1 = position
            default: continue
            }
        }
        // RFC 7516 section 9: five segments are an encrypted token.
        if count == 4, Base64URL.decode(bytes.extracting(first: dots.0)) != nil {
            throw .encrypted
        }
        guard count == 2, dots.0 > 0, dots.1 + 1 < bytes.count else { throw .malformed }
        self.bytes = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
        self.firstDot = dots.0
        self.secondDot = dots.1
    }
}

extension CompactSerialization {
    /// The bytes that are signed: the first two segments and the dot between them.
    var signingInput: Range<Int> {
        0..<self.secondDot
    }

    func decodedHeader() throws(TokenRejection) -> [UInt8] {
        try self.decoded(0..<self.firstDot)
    }

    func decodedPayload() throws(TokenRejection) -> [UInt8] {
        try self.decoded(self.firstDot + 1..<self.secondDot)
    }

    func decodedSignature() throws(TokenRejection) -> [UInt8] {
        try self.decoded(self.secondDot + 1..<self.bytes.count)
    }

    private func decoded(_ range: Range<Int>) throws(TokenRejection) -> [UInt8] {
        guard let bytes = Base64URL.decode(self.bytes.span.extracting(range)) else {
            throw .encoding
        }
        return bytes
    }
}
