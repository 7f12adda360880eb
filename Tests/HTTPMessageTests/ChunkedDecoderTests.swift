import HTTPMessage
import Testing

/// Decodes `pieces` one after the other, as they would arrive.
private func decode(
    _ pieces: [[UInt8]],
    maximumTrailers: Int = 1024
) throws(ChunkFault) -> (
    data: [UInt8], trailers: String, rest: [UInt8]
)? {
    var decoder = ChunkedDecoder.forRequests(maximumTrailers: maximumTrailers)
    var unread: [UInt8] = []
    var data: [UInt8] = []
    for (index, piece) in pieces.enumerated() {
        unread += piece
        decoding: while true {
            switch try decoder.next(unread.span) {
            case .data(let skipping, let count):
                data += unread[skipping..<(skipping + count)]
                unread.removeFirst(skipping + count)
            case .incomplete(let skipping):
                unread.removeFirst(skipping)
                break decoding
            case .end(let skipping):
                unread.removeFirst(skipping)
                let trailers = String(decoding: decoder.trailers, as: UTF8.self)
                return (data, trailers, unread + pieces[(index + 1)...].flatMap { $0 })
            }
        }
    }
    return nil
}

private func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
}

private func fault(of text: String) -> ChunkFault? {
    do throws(ChunkFault) {
        _ = try decode([Array(text.utf8)])
        return nil
    } catch {
        return error
    }
}

@Suite struct ChunkedDecoderTests {
    @Test(
        "data, extensions dropped, trailers kept",
        arguments: [
            ("5\r\nhello\r\n0\r\n\r\n", "hello", ""),
            ("5;a=b;c=\"d e\"\r\nhello\r\n0;x\r\n\r\n", "hello", ""),
            ("5 ;a\r\nhello\r\n0\r\n\r\n", "hello", ""),
            ("A\r\n0123456789\r\n00\r\n\r\n", "0123456789", ""),
            ("000005\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "hello!", ""),
            ("0\r\nX-Sum:  1 \r\n\r\n", "", "X-Sum: 1\r\n"),
        ]
    )
    func decodes(text: String, data: String, trailers: String) throws {
        let result = try #require(try decode([Array((text + "REST").utf8)]))
        #expect(String(decoding: result.data, as: UTF8.self) == data)
        #expect(result.trailers == trailers)
        #expect(String(decoding: result.rest, as: UTF8.self) == "REST")
    }

    @Test func anySplitDecodesTheSame() throws {
        let bytes = Array(
            "5;x=y\r\nhello\r\nc\r\n hello world\r\n0\r\nX: y\r\nZ: w\r\n\r\nNEXT".utf8
        )
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                let result = try #require(try decode(pieces.map(Array.init)))
                #expect(String(decoding: result.data, as: UTF8.self) == "hello hello world")
                #expect(result.trailers == "X: y\r\nZ: w\r\n")
                #expect(String(decoding: result.rest, as: UTF8.self) == "NEXT")
            }
        }
    }

    @Test(
        "faults",
        arguments: [
            ("\r\n", ChunkFault.size), ("g\r\n", .size), ("0x5\r\nhello\r\n", .size),
            ("+5\r\nhello\r\n", .size), ("-1\r\n", .size), (" 5\r\nhello\r\n", .size),
            ("5 \r\nhello\r\n", .size), ("5\t\r\nhello\r\n", .size), ("5\nhello\n", .size),
            ("5;a\nhello\r\n", .size), ("5;a\u{0}\r\nhello", .size), (";a\r\n", .size),
            ("1000000000000000\r\n", .size), ("FFFFFFFFFFFFFFFF\r\n", .size),
            ("5;\(repeated("a", 300))\r\n", .size),
            ("5;\(repeated("a", 300))", .size),
            ("5\r\nhelloX", .ending), ("5\r\nhello\n0\r\n\r\n", .ending),
            ("5\r\nhello!\r\n", .ending), ("5\r\nhello\rX", .ending),
            ("0\r\nX : y\r\n\r\n", .trailerField), ("0\r\n X: y\r\n\r\n", .trailerField),
            ("0\r\nX: a\n\r\n", .trailerField), ("0\r\nX\r\n\r\n", .trailerField),
            ("0\r\n\n", .trailerField), ("0\r\nX: \u{0}\r\n\r\n", .trailerField),
            ("0\r\nX: \(repeated("a", 2000))\r\n\r\n", .trailersTooLarge),
            ("0\r\nX: \(repeated("a", 2000))", .trailersTooLarge),
            ("0\r\n\(repeated("X: y\r\n", 300))", .trailersTooLarge),
        ] as [(String, ChunkFault)]
    )
    func faults(text: String, expected: ChunkFault) {
        #expect(fault(of: text) == expected)
    }

    @Test(
        "trailers that would change the message never pass",
        arguments: [
            "X-Gatekeeper-AAL: aal2", "x_gatekeeper_aal: aal2", "Content-Length: 5", "Host: evil",
            "Transfer-Encoding: chunked", "Authorization: Bearer x", "Cookie: a=b",
            "X-Forwarded-For: 1.2.3.4", "Connection: close", "X_Forwarded_For: 1", "TE: x",
            "X-Original-URL: /admin", "Upgrade: websocket", "Trailer: x", "Forwarded: for=x",
        ]
    )
    func smuggledTrailers(line: String) throws {
        let result = try #require(try decode([Array("0\r\n\(line)\r\nX-Ok: 1\r\n\r\n".utf8)]))
        #expect(result.trailers == "X-Ok: 1\r\n")
    }
}
