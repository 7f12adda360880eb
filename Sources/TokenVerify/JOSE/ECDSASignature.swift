/// ECDSA signatures: JOSE writes R and S one after the other, libcrypto reads ASN.1 DER.
enum ECDSASignature {
    /// The DER form of a signature of RFC 7518 section 3.4, or nil if its length is wrong.
    static func distinguished(_ signature: Span<UInt8>, curve: EllipticCurve) -> [UInt8]? {
        let half = curve.byteCount
        guard signature.count == half * 2 else { return nil }
        let r = significant(0..<half, of: signature)
        let s = significant(half..<half * 2, of: signature)
        let length = 4 + contentSize(r, of: signature) + contentSize(s, of: signature)
        var encoded: [UInt8] = []
        encoded.reserveCapacity(length + 3)
        encoded.append(0x30)
        // P-521 needs the long form; two integers never exceed 255 bytes.
        if length > 0x7F {
            encoded.append(0x81)
        }
        encoded.append(UInt8(length))
        appendInteger(r, of: signature, to: &encoded)
        appendInteger(s, of: signature, to: &encoded)
        return encoded
    }
}

// DER integers bear no leading zero, but one where the first bit is set.
private func significant(_ number: Range<Int>, of signature: Span<UInt8>) -> Range<Int> {
    var start = number.lowerBound
    while start < number.upperBound - 1, signature[start] == 0 {
        start += 1
    }
    return start..<number.upperBound
}

private func contentSize(_ number: Range<Int>, of signature: Span<UInt8>) -> Int {
    number.count + (signature[number.lowerBound] >> 7 == 1 ? 1 : 0)
}

private func appendInteger(
    _ number: Range<Int>,
    of signature: Span<UInt8>,
    to encoded: inout [UInt8]
) {
    encoded.append(0x02)
    encoded.append(UInt8(contentSize(number, of: signature)))
    if signature[number.lowerBound] >> 7 == 1 {
        encoded.append(0)
    }
    for position in number {
        encoded.append(signature[position])
    }
}
