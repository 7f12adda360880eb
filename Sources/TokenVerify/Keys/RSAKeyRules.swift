/// Which RSA keys are refused although libcrypto would compute with them.
enum RSAKeyRules {
    // RFC 7518 section 3.3 asks for 2048 bits; the upper bound limits what one check may cost.
    private static let bits = 2_048...8_192

    /// Judges a modulus and a public exponent, both big-endian.
    static func check(modulus: [UInt8], exponent: [UInt8]) throws(KeyDefect) {
        let modulus = modulus.drop { $0 == 0 }
        let exponent = exponent.drop { $0 == 0 }
        guard let leading = modulus.first, let last = modulus.last else { throw .size }
        let size = modulus.count * 8 - leading.leadingZeroBitCount
        guard self.bits.contains(size) else { throw .size }
        // libcrypto computes with exponents of at most 64 bits once moduli are large.
        guard exponent.count <= 8, let lowest = exponent.last else { throw .size }
        guard last & 1 == 1, lowest & 1 == 1, exponent != [1] else { throw .weak }
        guard !self.hasFingerprint(modulus) else { throw .weak }
    }

    // The Return of Coppersmith's Attack (CVE-2017-15361): moduli of the broken generator are
    // powers of 65537 modulo every one of these primes, which no honest modulus ever is.
    private static func hasFingerprint(_ modulus: ArraySlice<UInt8>) -> Bool {
        self.primes.allSatisfy { prime in
            let remainder = modulus.reduce(0) { ($0 << 8 | Int($1)) % prime }
            return self.powers(modulo: prime).contains(remainder)
        }
    }

    private static let primes = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89,
        97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    private static func powers(modulo prime: Int) -> Set<Int> {
        var powers: Set<Int> = []
        var power = 1
        while powers.insert(power).inserted {
            power = power * 65_537 % prime
        }
        return powers
    }
}
