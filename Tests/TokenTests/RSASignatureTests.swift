import Testing

@testable import TokenVerify

/// Our check of RSASSA-PKCS1-v1_5 against libcrypto's own, which is slower and knows any exponent.
@Suite struct RSASignatureTests {
    private static let forges = Result {
        [
            // Lengths that are, and are not, whole words and whole bytes.
            try RSAForge(bits: 2_048), try RSAForge(bits: 2_050), try RSAForge(bits: 2_056),
            try RSAForge(bits: 3_072),
        ]
    }
    private static let message = Array("eyJhbGciOiJSUzI1NiJ9.e30".utf8)

    struct Kind: CustomTestStringConvertible {
        let algorithm: SignatureAlgorithm
        let hash: String
        let information: [UInt8]

        // RFC 8017, section 9.2, note 1.
        static let all = [
            Kind(
                algorithm: .rs256,
                hash: "SHA256",
                information: [
                    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
                ]
            ),
            Kind(
                algorithm: .rs384,
                hash: "SHA384",
                information: [
                    0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x02, 0x05, 0x00, 0x04, 0x30,
                ]
            ),
            Kind(
                algorithm: .rs512,
                hash: "SHA512",
                information: [
                    0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
                    0x02, 0x03, 0x05, 0x00, 0x04, 0x40,
                ]
            ),
        ]

        var testDescription: String { self.algorithm.rawValue }
    }

    @Test("which keys it is for, judged before anything is computed")
    func keys() throws {
        let exponent: [UInt8] = [0x01, 0x00, 0x01]
        func isMade(_ modulus: [UInt8], _ exponent: [UInt8]) -> Bool {
            RSASignatureCheck(modulus: modulus, exponent: exponent, hash: .sha256) != nil
        }
        for forge in try Self.forges.get() {
            let modulus = try forge.modulus()
            #expect(isMade(modulus, exponent))
            for other: [UInt8] in [[3], [17], [0x01, 0x00, 0x03], [0x01, 0x00, 0x00], [1], []] {
                #expect(!isMade(modulus, other))
            }
            #expect(!isMade(modulus.dropLast() + [0], exponent))
            #expect(!isMade(Array(modulus.dropFirst(2)), exponent) || forge.byteCount > 258)
        }
        #expect(!isMade([], exponent))
        #expect(!isMade([3], exponent))
        // A power of this would take minutes.
        #expect(!isMade([UInt8](repeating: 0xFF, count: 1 << 20), exponent))
    }

    @Test("of all encodings only the one of the RFC is a signature", arguments: Kind.all)
    func encodings(_ kind: Kind) throws {
        for forge in try Self.forges.get() {
            let digest = forge.digest(of: Self.message, kind.hash)
            let encodings = Self.encodings(kind.information, digest, count: forge.byteCount)
            for (name, encoding) in encodings {
                let signature = try forge.sign(encoding: encoding)
                let comment: Comment = "\(name), \(forge.byteCount) bytes"
                #expect(Self.accepts(signature, forge, kind) == (name == "right"), comment)
            }
        }
    }

    @Test("of all numbers that lead to the encoding only the one below the modulus counts")
    func numbers() throws {
        let kind = Kind.all[0]
        for forge in try Self.forges.get() {
            let digest = forge.digest(of: Self.message, kind.hash)
            let right = Self.encodings(kind.information, digest, count: forge.byteCount)[0].1
            let signature = try forge.sign(encoding: right)
            let zeros = [UInt8](repeating: 0, count: forge.byteCount)
            #expect(Self.accepts(signature, forge, kind))
            let others: [[UInt8]] = [
                try forge.shifted(signature, minus: false),
                try forge.shifted(signature, minus: true),
                try forge.shifted(zeros, minus: false), [0] + signature, signature + [0],
                Array(signature.dropFirst()), Array(signature.dropLast()), zeros,
                zeros.dropLast() + [1], zeros.map { _ in 0xFF }, [], [0],
            ]
            for other in others {
                #expect(!Self.accepts(other, forge, kind))
            }
            for index in signature.indices {
                var changed = signature
                changed[index] ^= 1 << UInt8(index % 8)
                #expect(!Self.accepts(changed, forge, kind))
            }
        }
    }

    @Test("a hash does not stand for another, nor a message", arguments: Kind.all)
    func otherHashes(_ kind: Kind) throws {
        let forge = try #require(try Self.forges.get().first)
        let digest = forge.digest(of: Self.message, kind.hash)
        let right = Self.encodings(kind.information, digest, count: forge.byteCount)[0].1
        let signature = try forge.sign(encoding: right)
        for other in Kind.all {
            #expect(Self.accepts(signature, forge, other) == (other.hash == kind.hash))
        }
        #expect(!Self.accepts(signature, forge, kind, over: Self.message + [0]))
        #expect(!Self.accepts(signature, forge, kind, over: []))
    }

    @Test("a key with another exponent is checked by libcrypto alone", arguments: [3, 17, 65_539])
    func otherExponents(_ exponent: UInt) throws {
        let forge = try RSAForge(bits: 2_048, exponent: exponent)
        for kind in Kind.all {
            let digest = forge.digest(of: Self.message, kind.hash)
            let encodings = Self.encodings(kind.information, digest, count: forge.byteCount)
            for (name, encoding) in encodings {
                let signature = try forge.sign(encoding: encoding)
                #expect(Self.accepts(signature, forge, kind) == (name == "right"))
            }
        }
    }

    @Test("many tasks check with one key at once")
    func concurrentChecks() async throws {
        let kind = Kind.all[0]
        let forge = try #require(try Self.forges.get().first)
        let digest = forge.digest(of: Self.message, kind.hash)
        let right = Self.encodings(kind.information, digest, count: forge.byteCount)[0].1
        let good = try forge.sign(encoding: right)
        let bad = Array(good.reversed())
        await withTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<100).allSatisfy { turn in
                        let isGood = (task + turn) % 2 == 0
                        let signature = isGood ? good : bad
                        return Self.isValid(signature, forge, kind, Self.message) == isGood
                    }
                }
            }
            for await isRight in group {
                #expect(isRight)
            }
        }
    }

    private static func isValid(
        _ signature: [UInt8],
        _ forge: RSAForge,
        _ kind: Kind,
        _ message: [UInt8]
    ) -> Bool {
        forge.keys.hasKey(validating: signature, over: message, using: kind.algorithm)
    }

    /// Our verdict, which must be libcrypto's.
    private static func accepts(
        _ signature: [UInt8],
        _ forge: RSAForge,
        _ kind: Kind,
        over message: [UInt8] = Self.message
    ) -> Bool {
        let isValid = self.isValid(signature, forge, kind, message)
        #expect(isValid == forge.libcryptoAccepts(signature, over: message, kind.hash))
        return isValid
    }

    /// The right encoding first, then what others were fooled with.
    private static func encodings(
        _ information: [UInt8],
        _ digest: [UInt8],
        count: Int
    ) -> [(String, [UInt8])] {
        func padded(_ head: [UInt8], _ fill: UInt8, _ tail: [UInt8]) -> [UInt8] {
            head + [UInt8](repeating: fill, count: count - head.count - tail.count) + tail
        }
        let tail = information + digest
        var withoutNull = information
        withoutNull.removeSubrange(15..<17)
        withoutNull[1] -= 2
        withoutNull[3] -= 2
        var longForm = information
        longForm[1] += 1
        longForm.insert(0x81, at: 1)
        var changed = digest
        changed[0] ^= 1
        var early = padded([0, 1, 0xFF], 0xFF, [0] + tail)
        early[10] = 0
        return [
            ("right", padded([0, 1], 0xFF, [0] + tail)),
            ("another digest", padded([0, 1], 0xFF, [0] + information + changed)),
            ("block type 2", padded([0, 2], 0xFF, [0] + tail)),
            ("block type 0", padded([0, 0], 0x00, [0] + tail)),
            ("padding of other bytes", padded([0, 1], 0xFE, [0] + tail)),
            ("a zero within the padding", early),
            ("no separator", padded([0, 1], 0xFF, [0xFF] + tail)),
            ("without NULL", padded([0, 1], 0xFF, [0] + withoutNull + digest)),
            ("a length in long form", padded([0, 1], 0xFF, [0] + longForm + digest)),
            ("no DigestInfo", padded([0, 1], 0xFF, [0] + digest)),
            (
                "little padding and bytes behind",
                [0, 1] + [UInt8](repeating: 0xFF, count: 8) + [0] + tail
                    + [UInt8](repeating: 0, count: count - 11 - tail.count)
            ),
            ("nothing but zeros", [UInt8](repeating: 0, count: count)),
        ]
    }
}
