import Testing

@testable import HTTPMessage

@Suite struct HTTP2ResponseHeadTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let fields: [(String, String)]
        var isWhole = false
        var answersHead = false
        let outcome: String

        var testDescription: String { self.name }
    }

    private static func outcome(_ row: Row) -> String {
        do throws(ResponseRejection) {
            var section = HTTP2ResponseHead()
            for (name, value) in row.fields { try section.append(name, value) }
            let bytes = try section.rewritten(
                isWhole: row.isWhole,
                answersHead: row.answersHead
            )
            return String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
                .joined(separator: "|")
        } catch {
            return error.code
        }
    }

    @Test(
        "what a response becomes",
        arguments: [
            Row(
                name: "data without a length are chunks",
                fields: [(":status", "200"), ("a", "b")],
                outcome: "HTTP/1.1 200 |a: b|Transfer-Encoding: chunked"
            ),
            Row(
                name: "no data is a length",
                fields: [(":status", "200")],
                isWhole: true,
                outcome: "HTTP/1.1 200 |Content-Length: 0"
            ),
            Row(
                name: "a length stays",
                fields: [(":status", "200"), ("content-length", "2")],
                outcome: "HTTP/1.1 200 |content-length: 2"
            ),
            Row(
                name: "a HEAD has no body",
                fields: [(":status", "200")],
                isWhole: true,
                answersHead: true,
                outcome: "HTTP/1.1 200 "
            ),
            Row(name: "nor has 204", fields: [(":status", "204")], outcome: "HTTP/1.1 204 "),
            Row(name: "nor has 103", fields: [(":status", "103")], outcome: "HTTP/1.1 103 "),
            Row(name: "no status", fields: [("a", "b")], outcome: "upstream-pseudo-field"),
            Row(
                name: "two statuses",
                fields: [(":status", "200"), (":status", "200")],
                outcome: "upstream-pseudo-field"
            ),
            Row(
                name: "a status behind others",
                fields: [("a", "b"), (":status", "200")],
                outcome: "upstream-pseudo-field"
            ),
            Row(
                name: "a request's field",
                fields: [(":status", "200"), (":path", "/")],
                outcome: "upstream-pseudo-field"
            ),
            Row(name: "an odd status", fields: [(":status", "2O0")], outcome: "upstream-status"),
            Row(name: "101", fields: [(":status", "101")], outcome: "upstream-status"),
            Row(
                name: "a line break",
                fields: [(":status", "200"), ("a", "b\r\n\r\n<script>")],
                outcome: "upstream-field-value"
            ),
            Row(
                name: "a capital",
                fields: [(":status", "200"), ("A", "b")],
                outcome: "upstream-field-name"
            ),
            Row(
                name: "Transfer-Encoding",
                fields: [(":status", "200"), ("transfer-encoding", "chunked")],
                outcome: "upstream-connection-field"
            ),
        ]
    )
    func response(_ row: Row) {
        #expect(Self.outcome(row) == row.outcome)
    }

    @Test("trailers pass under the rules for all trailers")
    func trailers() throws {
        var section = HTTP2Trailers()
        for (name, value) in [("grpc-status", "0"), ("x-forwarded-for", "::1"), ("a", "")] {
            try section.append(name, value)
        }
        let lines = try section.ofResponse(maximum: 1_024)
        #expect(String(decoding: lines, as: UTF8.self) == "grpc-status: 0\r\na: \r\n")
    }

    @Test(
        "odd trailers are refused",
        arguments: [(":path", "/"), ("a b", "c"), ("a", "b\r\nc: d"), ("connection", "a")]
    )
    func oddTrailers(name: String, value: String) {
        var section = HTTP2Trailers()
        #expect(throws: ChunkFault.trailerField) { try section.append(name, value) }
    }

    @Test("trailers that are too large are refused")
    func largeTrailers() throws {
        var section = HTTP2Trailers()
        try section.append("a", String(repeating: "b", count: 100))
        #expect(throws: ChunkFault.trailersTooLarge) { try section.ofRequest(maximum: 100) }
    }

    @Test("heads of HTTP/1.1 become fields")
    func fields() {
        let head =
            "POST /x?y HTTP/1.1\r\nAccept: */*\r\nHost: a:1\r\nContent-Length: 3\r\n"
            + "Connection: TE\r\nTE: trailers\r\n\r\n"
        let request = HTTP2Fields(request: Array(head.utf8), scheme: "http")
        #expect(
            request.fields.map { "\($0.name) \($0.value)" } == [
                ":method POST", ":scheme http", ":authority a:1", ":path /x?y", "accept */*",
                "content-length 3", "te trailers",
            ]
        )
        #expect(request.hasBody && request.length == 3 && !request.switches)
        let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
        let response = HTTP2Fields(response: Array(answer.utf8))
        #expect(response.fields.map(\.value) == ["101"])
        #expect(response.switches && !response.hasBody)
    }
}
