/// The few elements of ASN.1 DER in which libcrypto is handed keys.
package enum DistinguishedEncoding {
    package static func sequence(_ elements: [[UInt8]]) -> [UInt8] {
        self.element(0x30, Array(elements.joined()))
    }

    /// A number that is not negative, given big-endian.
    package static func integer(_ number: [UInt8]) -> [UInt8] {
        let digits = Array(number.drop { $0 == 0 })
        let needsZero = digits.first.map { $0 > 0x7F } ?? true
        return self.element(0x02, (needsZero ? [0] : []) + digits)
    }

    package static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        self.element(0x03, [0] + bytes)
    }

    package static func objectIdentifier(_ encoded: [UInt8]) -> [UInt8] {
        self.element(0x06, encoded)
    }

    package static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count > 0x7F else { return [tag, UInt8(content.count)] + content }
        var length: [UInt8] = []
        var count = content.count
        while count > 0 {
            length.insert(UInt8(count & 0xFF), at: 0)
            count >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }
}

extension DistinguishedEncoding {
    private static let rsaEncryption: [UInt8] = [
        0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01,
    ]
    private static let curvePublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
    private static let null: [UInt8] = [0x05, 0]

    /// SubjectPublicKeyInfo of RFC 3279 section 2.3.1.
    static func rsaPublicKey(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        let algorithm = self.sequence([self.objectIdentifier(self.rsaEncryption), self.null])
        let key = self.sequence([self.integer(modulus), self.integer(exponent)])
        return self.sequence([algorithm, self.bitString(key)])
    }

    /// SubjectPublicKeyInfo of RFC 5480 section 2.
    static func curvePublicKey(_ curve: EllipticCurve, x: [UInt8], y: [UInt8]) -> [UInt8] {
        let algorithm = self.sequence([
            self.objectIdentifier(self.curvePublicKey),
            self.objectIdentifier(curve.objectIdentifier),
        ])
        return self.sequence([algorithm, self.bitString([0x04] + x + y)])
    }
}

extension EllipticCurve {
    /// The curve's name in ASN.1, of RFC 5480 section 2.1.1.1.
    package var objectIdentifier: [UInt8] {
        switch self {
        case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
        }
    }
}
