import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct FrameWatchTests {
    private static func frame(_ kind: UInt8, _ length: Int) -> [UInt8] {
        [UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), kind, 0, 0, 0, 0, 1]
            + Array(repeating: 8, count: length)
    }

    @Test("frames are found however the bytes are split", arguments: [1, 2, 7, 9, 10, 1_000])
    func frames(size: Int) {
        let bytes =
            Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(4, 0) + Self.frame(8, 4)
            + Self.frame(0, 300) + Self.frame(8, 4)
        var headers = FrameHeaders(preface: 24)
        var seen: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let buffer = ByteBuffer(bytes: rest.prefix(size))
            headers.read(buffer.readableBytesView) { seen.append($0) }
            rest = rest.dropFirst(size)
        }
        #expect(seen == [4, 8, 0, 8])
    }

    @Test("window updates are believed as far as there were data")
    func budget() {
        var budget = WindowUpdateBudget(maximum: 2, observed: .seconds(30))
        let now = NIODeadline.uptimeNanoseconds(100_000_000_000)
        var answers = [budget.receive(at: now)]
        budget.sent(512)
        for _ in 0..<5 { answers.append(budget.receive(at: now)) }
        answers.append(budget.receive(at: now + .seconds(31)))
        #expect(answers == [true, true, true, true, true, false, true])
    }
}
