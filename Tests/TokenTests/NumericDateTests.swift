import JSON
import Testing
import TokenSigning
import TokenVerify

@Suite struct NumericDateTests {
    @Test(
        "seconds, whole or not, become microseconds",
        arguments: [
            (JSONValue.integer(0), Int64(0)), (.integer(1_790_000_000), 1_790_000_000_000_000),
            (.real(1.5), 1_500_000), (.real(0.000001), 1), (.real(1.79e9), 1_790_000_000_000_000),
            (.integer(253_402_300_799), 253_402_300_799_000_000),
        ]
    )
    func accepted(_ value: JSONValue, _ microseconds: Int64) {
        #expect(NumericDate(value)?.microseconds == microseconds)
    }

    @Test(
        "what is no date between 1970 and 9999 is none",
        arguments: [
            JSONValue.integer(-1), .integer(253_402_300_800), .integer(.max), .integer(.min),
            .real(-0.1), .real(1e12), .real(1e300), .real(.infinity), .real(.nan), .null,
            .bool(true), .string("0"), .array([]), .object([:]),
        ]
    )
    func refused(_ value: JSONValue) {
        #expect(NumericDate(value) == nil)
    }

    @Test("a time or a leeway too far away to be kept is as far as can be")
    func saturates() throws {
        #expect(NumericDate(seconds: .max).microseconds > 9_000_000_000_000_000_000)
        #expect(NumericDate(seconds: .min).microseconds < -9_000_000_000_000_000_000)
        let key = try SigningKey.shared(.es256)
        let token = try key.token(claims: .ordinary)
        let expected = TokenExpectations(leeway: .max)
        for (seconds, code) in [(Int64.min, "token-issued-in-future"), (.max, "valid")] {
            let now = NumericDate(seconds: seconds)
            let keys = try key.publicSet()
            #expect(verdict(token, keys: keys, expecting: expected, at: now) == code)
        }
    }

    @Test func order() {
        #expect(NumericDate(seconds: 1) < NumericDate(microseconds: 1_000_001))
        #expect(NumericDate(seconds: 1) == NumericDate(microseconds: 1_000_000))
    }
}
