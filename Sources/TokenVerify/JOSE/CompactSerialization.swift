internal import Glibc

/// Where the three segments of RFC 7515 section 7.1 lie in the bytes received.
struct CompactSerialization: Sendable {
    let header: Range<Int>
    private let payload: Range<Int>
    private let signature: Range<Int>

    /// Finds the segments; a dot inside the second is noticed when it is decoded.
    init(of bytes: Span<UInt8>, maximumBytes: Int) throws(TokenRejection) {
        guard bytes.count <= maximumBytes else { throw .tooLarge }
        guard let first = bytes.firstDot(from: 0) else { throw .malformed }
        var last = first
        while let next = bytes.firstDot(from: last + 1) {
            last = next
        }
        guard 0 < first, first < last, last + 1 < bytes.count else { throw .malformed }
        self.header = 0..<first
        self.payload = first + 1..<last
        self.signature = last + 1..<bytes.count
    }
}

private let dot = UInt8(ascii: ".")

extension Span<UInt8> {
    fileprivate func firstDot(from start: Int) -> Int? {
        unsafe self.extracting(start..<self.count).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base, Int32(dot), bytes.count)
            else { return nil }
            return unsafe start + (UnsafeRawPointer(found) - base)
        }
    }
}

extension CompactSerialization {
    /// The bytes that are signed: the first two segments and the dot between them.
    var signingInput: Range<Int> {
        0..<self.payload.upperBound
    }

    func decodedHeader(_ bytes: Span<UInt8>) throws(TokenRejection) -> [UInt8] {
        try self.decoded(self.header, of: bytes)
    }

    func decodedPayload(_ bytes: Span<UInt8>) throws(TokenRejection) -> [UInt8] {
        try self.decoded(self.payload, of: bytes)
    }

    func decodedSignature(_ bytes: Span<UInt8>) throws(TokenRejection) -> [UInt8] {
        try self.decoded(self.signature, of: bytes)
    }

    private func decoded(
        _ segment: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(TokenRejection) -> [UInt8] {
        guard let decoded = Base64URL.decode(bytes.extracting(segment)) else {
            throw self.refusal(of: bytes)
        }
        return decoded
    }

    // RFC 7516 section 9: five segments are an encrypted token, any other number is none at all.
    private func refusal(of bytes: Span<UInt8>) -> TokenRejection {
        switch bytes.indices.count(where: { bytes[$0] == dot }) {
        case 2: .encoding
        case 4 where Base64URL.decode(bytes.extracting(self.header)) != nil: .encrypted
        default: .malformed
        }
    }
}
