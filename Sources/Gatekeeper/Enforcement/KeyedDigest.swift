internal import Glibc

/// A fast 64-bit digest of bytes under a key of this process.
///
/// Multiply-and-fold over 16 bytes at a time. Without the key nobody can choose byte strings that
/// collide; a collision costs a comparison and is never taken for equality.
enum KeyedDigest {
    private static let key: (UInt64, UInt64) = (
        .random(in: 1...UInt64.max), .random(in: 1...UInt64.max)
    )

    static func of(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe Self.fold($0) }
    }

    static func areEqual(_ one: ArraySlice<UInt8>, _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        return unsafe one.withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else {
                    return true
                }
                return unsafe memcmp(left, right, other.count) == 0
            }
        }
    }

    private static func fold(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = Self.key.0 ^ UInt64(truncatingIfNeeded: bytes.count)
        var offset = 0
        while offset + 16 <= bytes.count {
            let low = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let high = unsafe bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            state = Self.mix(low ^ state, high ^ Self.key.1)
            offset += 16
        }
        var low: UInt64 = 0
        var high: UInt64 = 0
        for index in offset..<bytes.count {
            let byte = UInt64(unsafe bytes[index])
            if index - offset < 8 {
                low |= byte << UInt64((index - offset) * 8)
            } else {
                high |= byte << UInt64((index - offset - 8) * 8)
            }
        }
        state = Self.mix(low ^ state, high ^ Self.key.1)
        return Self.mix(state, Self.key.0)
    }

    private static func mix(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
