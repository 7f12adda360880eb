import Testing

@testable import Gatekeeper

@Suite struct HTTPDateTests {
    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ]
    )
    func text(seconds: Int, expected: String) {
        #expect(HTTPDate.text(at: seconds) == expected)
    }

    @Test func writtenOncePerTick() {
        var date = HTTPDate()
        #expect(date.line(at: 0) == Array("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n".utf8))
        #expect(date.line(at: 99) == date.line(at: 0))
        date.invalidate()
        #expect(date.line(at: 1) == Array("Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n".utf8))
    }
}
