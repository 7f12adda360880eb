package import PolicyDSL

/// RFC 6238 as authenticator apps use it: SHA-1, six digits, thirty seconds.
package struct TimeBasedCode: Sendable {
    package static let period: Int64 = 30
    private let secret: [UInt8]

    /// - `secret`: in base 32.
    package init?(secret: String) {
        guard let bytes = Base32.decode(secret), !bytes.isEmpty else { return nil }
        self.secret = bytes
    }

    /// The code that an authenticator shows.
    package func code(at now: Instant) -> String {
        self.code(step: Self.step(at: now))
    }

    /// Whether `code` is the current one, the one before or the one after.
    package func accepts(_ code: String, at now: Instant) -> Bool {
        let step = Self.step(at: now)
        return (step - 1...step + 1).contains { candidate in
            Libcrypto.areEqual(Array(self.code(step: candidate).utf8), Array(code.utf8))
        }
    }

    private static func step(at now: Instant) -> Int64 {
        now.microseconds / 1_000_000 / Self.period
    }

    // RFC 4226 section 5.3.
    private func code(step: Int64) -> String {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (8 * (7 - $0))) }
        guard let digest = Libcrypto.hmacSHA1(key: self.secret, message), let last = digest.last
        else { return "" }
        let offset = Int(last & 15)
        let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let digits = String(number & 0x7FFF_FFFF).suffix(6)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }
}
