/// Which Ed25519 keys are refused although libcrypto would compute with them.
enum EdwardsKeyRules {
    static let byteCount = 32

    /// Whether the point is one of the eight of small order: with such a key, a signature that
    /// anybody can make is valid for many messages.
    static func hasSmallOrder(_ publicKey: [UInt8]) -> Bool {
        guard publicKey.count == self.byteCount, let last = publicKey.last else { return true }
        // The highest bit is the sign of x; each of these y stands for both signs.
        let y = publicKey.dropLast() + [last & 0x7F]
        return self.smallOrder.contains { $0.elementsEqual(y) }
    }

    // y, little-endian: 0, 1, the two of order 8, p - 1, and the encodings p and p + 1 of 0 and 1.
    private static let smallOrder: [[UInt8]] = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF,
            0x98, 0xF0, 0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88,
            0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10,
            0x67, 0x0F, 0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77,
            0x92, 0xAC, 0x03, 0x7A,
        ],
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [0xEE] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
    ]
}
