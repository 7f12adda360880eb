import Testing

@testable import HTTPMessage

@Suite struct DecimalTests {
    @Test(
        "numbers are written in decimal, with zeros where a width is asked for",
        arguments: [
            (0, 1, "0"), (7, 1, "7"), (10, 1, "10"), (200, 3, "200"), (4_200, 6, "004200"),
            (0, 6, "000000"), (UInt64.max, 1, "18446744073709551615"),
            (1, 20, "00000000000000000001"),
            (5, 0, "5"), (5, 99, "00000000000000000005"),
        ] as [(UInt64, Int, String)]
    )
    func decimal(number: UInt64, width: Int, text: String) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number, width: width)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }
}
