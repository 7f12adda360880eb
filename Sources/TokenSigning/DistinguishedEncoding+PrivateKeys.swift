internal import TokenVerify

extension DistinguishedEncoding {
    /// RSAPrivateKey of RFC 8017 appendix A.1.2.
    static func rsaPrivateKey(_ numbers: [[UInt8]]) -> [UInt8] {
        self.sequence([self.integer([0])] + numbers.map { self.integer($0) })
    }

    /// ECPrivateKey of RFC 5915 section 3.
    static func curvePrivateKey(
        _ curve: EllipticCurve,
        point: [UInt8],
        scalar: [UInt8]
    ) -> [UInt8] {
        self.sequence([
            self.integer([1]),
            self.element(0x04, scalar),
            self.element(0xA0, self.objectIdentifier(curve.objectIdentifier)),
            self.element(0xA1, self.bitString(point)),
        ])
    }

    /// The two integers of an ECDSA signature, each left-padded to a coordinate of the curve.
    static func joined(_ signature: [UInt8], curve: EllipticCurve) -> [UInt8]? {
        // The long form of a length occurs for P-521 only, and always in one byte.
        let start = signature.dropFirst().first == 0x81 ? 3 : 2
        guard let (r, rest) = self.integer(in: signature.dropFirst(start)),
            let (s, _) = self.integer(in: rest)
        else { return nil }
        let size = curve.byteCount
        guard r.count <= size, s.count <= size else { return nil }
        return [UInt8](repeating: 0, count: size - r.count) + r
            + [UInt8](repeating: 0, count: size - s.count) + s
    }

    private static func integer(
        in text: ArraySlice<UInt8>
    ) -> (digits: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
        guard text.first == 0x02, let count = text.dropFirst().first else { return nil }
        let body = text.dropFirst(2)
        guard body.count >= Int(count) else { return nil }
        let digits = body.prefix(Int(count)).drop { $0 == 0 }
        return (digits, body.dropFirst(Int(count)))
    }
}
