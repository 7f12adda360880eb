import PolicyDSL
import Testing

@Suite struct InstantTests {
    @Test(
        "RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:01.5Z", 1_500_000),
            ("1969-12-31T23:59:59.999999Z", -1), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
            ("2026-10-01T14:00:00+02:00", 1_790_856_000_000_000),
            ("2026-10-01t05:00:00-07:00", 1_790_856_000_000_000),
            ("2026-10-01 12:00:00z", 1_790_856_000_000_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("1970-01-01T00:00:00.0000019Z", 1),
        ] as [(String, Int64)]
    )
    func reading(text: String, microseconds: Int64) {
        #expect(Instant(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(
        "what is no instant",
        arguments: [
            "", "2026-10-01", "2026-10-01T12:00Z", "2026-10-01T12:00:00", "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-10-00T00:00:00Z", "2026-10-01T24:00:00Z", "2026-10-01T12:60:00Z",
            "2026-10-01T12:00:61Z", "2026-10-01T12:00:00.Z", "2026-10-01T12:00:00+24:00",
            "2026-10-01T12:00:00+0200", "2026-10-01T12:00:00ZZ", "+026-10-01T12:00:00Z",
            "2026-10-01T12:00:00\u{660}Z",
        ]
    )
    func refusing(_ text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test("a date is its first instant in UTC")
    func dates() {
        #expect(Instant(date: "2022-12-12") == Instant(rfc3339: "2022-12-12T00:00:00Z"))
        #expect(Instant(date: "2022-12-12T00:00:00Z") == nil)
        #expect(Instant(date: "2022-12-1") == nil)
    }

    @Test("what is written is read again")
    func roundTrip() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let instant = Instant(
                microseconds: Int64.random(
                    in: -62_167_219_200_000_000...253_402_300_799_999_999,
                    using: &random
                )
            )
            #expect(Instant(rfc3339: instant.description) == instant)
        }
    }

    @Test("a fraction is written as far as it goes")
    func fractions() {
        #expect(Instant(microseconds: 500_000).description == "1970-01-01T00:00:00.5Z")
        #expect(Instant(microseconds: -1).description == "1969-12-31T23:59:59.999999Z")
        #expect(Instant(microseconds: .min).description.hasSuffix("Z"))
        #expect(Instant(microseconds: .max).description.hasSuffix("Z"))
    }

    @Test("time does not overflow")
    func saturation() {
        let late = Instant(microseconds: .max)
        #expect(late.advanced(by: Period(seconds: .max)) == late)
        #expect(late.isWithin(Period(seconds: 1), of: late))
    }

    @Test(
        "a period is written in its largest whole unit",
        arguments: [
            (1, "1 second"), (60, "1 minute"), (90, "90 seconds"), (7_200, "2 hours"),
            (86_400, "1 day"), (129_600, "36 hours"),
        ]
    )
    func periods(seconds: Int, text: String) {
        #expect(Period(seconds: seconds).description == text)
    }
}
