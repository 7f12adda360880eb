import PolicyDSL
import Testing

@testable import DemoAuthority

@Suite struct TimeBasedCodeTests {
    /// The six last digits of RFC 6238 appendix B, SHA-1.
    @Test(
        "RFC 6238 appendix B",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
            (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)]
    )
    func vector(seconds: Int64, code: String) throws {
        let secret = Base32.encode(Array("12345678901234567890".utf8))
        let generator = try #require(TimeBasedCode(secret: secret))
        #expect(generator.code(at: Instant(microseconds: seconds * 1_000_000)) == code)
    }
}
