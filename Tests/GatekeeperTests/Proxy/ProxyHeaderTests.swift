import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct ProxyHeaderTests {
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    private static func header(
        _ command: UInt8,
        _ family: UInt8,
        _ body: [UInt8],
        length: Int? = nil
    ) -> [UInt8] {
        let length = length ?? body.count
        return Self.signature + [command, family, UInt8(length >> 8), UInt8(length & 0xFF)] + body
    }

    private static let v4: [UInt8] = [192, 0, 2, 7, 10, 0, 0, 1, 0x30, 0x39, 0, 80]
    private static let v6: [UInt8] =
        [0x20, 1, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [7]
        + Array(repeating: 0, count: 15) + [1] + [0x30, 0x39, 0, 80]

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        var source: String?
        var isTLS = false
    }

    static let rows: [Row] = [
        Row(testDescription: "IPv4", bytes: header(0x21, 0x11, v4), source: "192.0.2.7"),
        Row(testDescription: "IPv6", bytes: header(0x21, 0x21, v6), source: "2001:db8::7"),
        Row(testDescription: "local", bytes: header(0x20, 0x11, v4)),
        Row(testDescription: "local without address", bytes: header(0x20, 0x00, [])),
        Row(testDescription: "unspecified", bytes: header(0x21, 0x00, [])),
        Row(
            testDescription: "a Unix socket",
            bytes: header(0x21, 0x31, Array(repeating: 0x2F, count: 216))
        ),
        Row(
            testDescription: "over TLS",
            bytes: header(0x21, 0x11, v4 + [0x20, 0, 5, 1, 0, 0, 0, 0]),
            source: "192.0.2.7",
            isTLS: true
        ),
        Row(
            testDescription: "TLS that was not used",
            bytes: header(0x21, 0x11, v4 + [0x20, 0, 5, 0, 0, 0, 0, 0]),
            source: "192.0.2.7"
        ),
        Row(
            testDescription: "another extension",
            bytes: header(0x21, 0x11, v4 + [0x02, 0, 1, 0x61]),
            source: "192.0.2.7"
        ),
    ]

    @Test("a header says where the client is, however it is split", arguments: rows)
    func read(_ row: Row) throws {
        var input = ByteBuffer(bytes: row.bytes + Array("GET".utf8))
        let read = try ProxyHeader.read(from: &input)
        let header = try #require(read)
        #expect(header.source?.ipAddress == row.source)
        #expect(header.source.map { $0.port == 12_345 } ?? true)
        #expect(header.isTLS == row.isTLS)
        #expect(String(buffer: input) == "GET")
        for count in 0..<row.bytes.count {
            var part = ByteBuffer(bytes: row.bytes.prefix(count))
            let early = try ProxyHeader.read(from: &part)
            #expect(early == nil)
            #expect(part.readableBytes == count)
        }
    }

    @Test(
        "what is no such header is refused",
        arguments: [
            (Array("GET / HTTP/1.1\r\n".utf8), ProxyHeader.Fault.signature),
            (Array("PROXY TCP4 192.0.2.7 10.0.0.1 1 2\r\n".utf8), .signature),
            (header(0x11, 0x11, v4), .unknown), (header(0x22, 0x11, v4), .unknown),
            (header(0x21, 0x12, v4), .unknown), (header(0x21, 0x11, Array(v4.dropLast())), .length),
            (header(0x21, 0x11, v4 + [0x20, 0, 9, 1]), .length),
            (header(0x21, 0x11, v4, length: 65_535), .length),
        ]
    )
    func refused(bytes: [UInt8], fault: ProxyHeader.Fault) {
        var input = ByteBuffer(bytes: bytes)
        #expect(throws: fault) { try ProxyHeader.read(from: &input) }
    }
}
