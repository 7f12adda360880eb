import NIOCore
import Testing

@testable import Gatekeeper

/// Frames that made NIO's own HTTP/2 fall over: a process that dies of one serves nobody.
@Suite(.timeLimit(.minutes(1))) struct HTTP2FrameTests {
    private static let endStream: UInt8 = 0x01
    private static let endHeaders: UInt8 = 0x04
    private static let padded: UInt8 = 0x08
    private static let prioritised: UInt8 = 0x20

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var flags: UInt8 = 0
        let payload: [UInt8]

        init(_ name: String, flags: UInt8 = 0, _ payload: [UInt8]) {
            self.testDescription = name
            self.flags = flags
            self.payload = payload
        }
    }

    private static let section = WireFrame.section(http2Get("/smuggled"))

    static let headers: [Row] = [
        Row("CVE-2022-0618: padding longer than the frame", flags: padded, [255] + section),
        Row("CVE-2022-0618: padding one longer than its frame", flags: padded, [3, 0, 0]),
        Row("CVE-2022-0618: padding and nothing else", flags: padded, [2, 0, 0]),
        Row("CVE-2022-0618: no room for the length of the padding", flags: padded, []),
        Row(
            "CVE-2022-0618: padding that eats the priority",
            flags: padded | prioritised,
            [5, 0, 0, 0, 1, 16]
        ),
        Row("GHSA-ccw9-q5h2-8c2w: a priority without a byte", flags: prioritised, []),
        Row("GHSA-ccw9-q5h2-8c2w: half a priority", flags: prioritised, [0, 0, 0, 1]),
        Row("GHSA-ccw9-q5h2-8c2w: a priority and no section", flags: prioritised, [0, 0, 0, 3, 1]),
        Row(
            "GHSA-w3f6-pc54-gfw7: an integer without end",
            [0xFF] + Array(repeating: 0xFF, count: 20)
        ),
        Row("GHSA-w3f6-pc54-gfw7: an integer cut short", [0x7F]),
        Row("GHSA-w3f6-pc54-gfw7: an integer cut in the middle", [0xFF, 0x80]),
        Row(
            "GHSA-w3f6-pc54-gfw7: an integer over 64 bits",
            [0xFF] + Array(repeating: 0x80, count: 9) + [0x7F]
        ),
        Row(
            "GHSA-w3f6-pc54-gfw7: zeros without end",
            [0xFF] + Array(repeating: 0x80, count: 20) + [0]
        ),
        Row(
            "GHSA-w3f6-pc54-gfw7: a string longer than the frame",
            [0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0x0F]
        ),
        Row("GHSA-w3f6-pc54-gfw7: the index zero", [0x80]),
        Row("GHSA-w3f6-pc54-gfw7: an index behind the table", [0xFF, 0x80, 0x01]),
        Row("GHSA-w3f6-pc54-gfw7: a table larger than agreed", [0x3F, 0xFF, 0xFF, 0xFF, 0x7F]),
        Row("a Huffman code that is none", [0x00, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x00]),
    ]

    @Test("a malformed section ends its connection, and nothing else", arguments: headers)
    func malformed(_ row: Row) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        let flags = row.flags | Self.endHeaders | Self.endStream
        let frame = WireFrame(kind: .headers, flags: flags, stream: 1, payload: row.payload)
        try await client.send(frame)
        try await eventually("it is refused; so far \(client.frames)") {
            try client.raw.hasEnded || client.answer(on: 1).resetCode != nil
                || client.answer(on: 1).status == "400"
        }
        #expect(proxy.upstream.connections == 0)
        #expect(try await proxy.exchange(closingGet("/")).hasPrefix("HTTP/1.1 200 OK\r\n"))
    }

    @Test(
        "CVE-2022-0618: padding of a body is no part of it, and ends with its frame",
        arguments: [
            ([3] + Array("ab".utf8) + [0, 0, 0], true), ([255] + Array("ab".utf8), false),
            ([], false),
        ] as [([UInt8], Bool)]
    )
    func paddedData(payload: [UInt8], isSound: Bool) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        let flags = Self.padded | Self.endStream
        try await client.send(
            .headers(1, http2Post("/"), ends: false),
            WireFrame(kind: .data, flags: flags, stream: 1, payload: payload)
        )
        guard isSound else {
            #expect(try await client.goodbye() != 0)
            return
        }
        #expect(try await client.finished(1).status == "200")
        #expect(proxy.upstream.received().hasSuffix("\r\n\r\n2\r\nab\r\n0\r\n\r\n"))
    }

    @Test(
        "CVE-2022-24668: ALTSVC and frames of no known kind are passed over",
        arguments: [0x0A, 0x10, 0xFF] as [UInt8],
        [0, 1] as [UInt8]
    )
    func unknown(kind: UInt8, stream: UInt8) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.raw.send([0, 0, 4, kind, 0, 0, 0, 0, stream, 0, 0, 0x61, 0x62])
        try await client.send(.headers(3, http2Get("/")))
        #expect(try await client.finished(3).status == "200")
    }

    @Test(
        "CVE-2022-24668: ORIGIN ends its own connection at most",
        arguments: [[0, 2, 0x61, 0x62], [0, 0, 0x61, 0x62], [0, 9, 0x61, 0x62]] as [[UInt8]]
    )
    func origin(payload: [UInt8]) async throws {
        let proxy = try await ProxyHarness.start()
        let client = try await proxy.frameClient()
        try await client.raw.send([0, 0, 4, 0x0C, 0, 0, 0, 0, 0] + payload)
        #expect(try await proxy.exchange(closingGet("/")).hasPrefix("HTTP/1.1 200 OK\r\n"))
        try await client.close()
    }
}
