import Testing

@testable import Gatekeeper

@Suite struct KeyedDigestTests {
    @Test("equal bytes have equal digests, wherever they lie")
    func equal() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8($0) }
            let padded = [9] + bytes + [9]
            let slice = padded[1..<(count + 1)]
            #expect(KeyedDigest.of(slice) == KeyedDigest.of(bytes[...]))
            #expect(KeyedDigest.areEqual(slice, bytes))
        }
    }

    @Test("every length and every changed byte makes another digest")
    func different() {
        var digests: Set<UInt64> = []
        for count in 0..<70 {
            digests.insert(KeyedDigest.of(Array(repeating: 0, count: count)[...]))
        }
        #expect(digests.count == 70)
        let base = Array(repeating: UInt8(7), count: 40)
        for position in base.indices {
            var changed = base
            changed[position] ^= 1
            digests.insert(KeyedDigest.of(changed[...]))
            #expect(!KeyedDigest.areEqual(changed[...], base))
        }
        #expect(digests.count == 110)
    }

    @Test("a longer or shorter string is not equal")
    func length() {
        #expect(KeyedDigest.areEqual([], []))
        #expect(!KeyedDigest.areEqual([1], []))
        #expect(!KeyedDigest.areEqual([1], [1, 1]))
    }
}
