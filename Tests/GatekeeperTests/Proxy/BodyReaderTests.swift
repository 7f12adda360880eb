import HTTPMessage
import NIOCore
import Testing

@testable import Gatekeeper

@Suite struct BodyReaderTests {
    /// Reads everything out of `text`: the data, the trailers once the end is reached, the rest.
    private func read(
        _ text: String,
        _ reader: inout BodyReader
    ) throws(ChunkFault) -> (data: String, trailers: String?, rest: String) {
        var input = ByteBuffer(string: text)
        var data = ""
        while true {
            switch try reader.next(&input) {
            case .data(let bytes):
                data += String(buffer: bytes)
            case .incomplete:
                return (data, nil, String(buffer: input))
            case .end(let trailers):
                return (data, String(decoding: trailers, as: UTF8.self), String(buffer: input))
            }
        }
    }

    @Test func aLengthIsReadAndNotAByteMore() throws {
        var reader = BodyReader(request: .length(5), maximumTrailers: 64)
        #expect(reader.remaining == .length(5))
        let first = try self.read("hel", &reader)
        #expect(first.data == "hel" && first.trailers == nil)
        #expect(reader.remaining == .length(2))
        let second = try self.read("loNEXT", &reader)
        #expect(second.data == "lo" && second.trailers == "" && second.rest == "NEXT")
    }

    @Test func noBodyEndsAtOnce() throws {
        var reader = BodyReader(response: .none, maximumTrailers: 64)
        let result = try self.read("NEXT", &reader)
        #expect(result.data == "" && result.trailers == "" && result.rest == "NEXT")
        #expect(!reader.endsWithConnection)
    }

    @Test func chunksAreDecodedAcrossPieces() throws {
        var reader = BodyReader(request: .chunked, maximumTrailers: 64)
        let first = try self.read("5\r\nhel", &reader)
        #expect(first.data == "hel" && first.trailers == nil)
        #expect(reader.remaining == .chunked)
        let second = try self.read("lo\r\n0\r\nX: y\r\n\r\nNEXT", &reader)
        #expect(second.data == "lo" && second.trailers == "X: y\r\n" && second.rest == "NEXT")
    }

    @Test func untilCloseTakesEverything() throws {
        var reader = BodyReader(response: .untilClose, maximumTrailers: 64)
        let result = try self.read("anything\r\n\r\n", &reader)
        #expect(result.data == "anything\r\n\r\n" && result.trailers == nil && result.rest == "")
        #expect(reader.endsWithConnection)
        #expect(reader.remaining == .untilClose)
    }

    @Test(
        "requests are read to the letter, responses with the tolerance of RFC 9112",
        arguments: ["0\r\nX : y\r\n\r\n", "0\r\nX: y\n\r\n"]
    )
    func rules(text: String) throws {
        var request = BodyReader(request: .chunked, maximumTrailers: 64)
        #expect(throws: ChunkFault.trailerField) { try self.read(text, &request) }
        var response = BodyReader(response: .chunked, maximumTrailers: 64)
        #expect(try self.read(text, &response).trailers == "X: y\r\n")
    }

    @Test(
        arguments: [
            (ChunkFault.size, RequestRejection.chunkSize, ResponseRejection.chunkSize),
            (.ending, .chunkEnding, .chunkEnding),
            (.trailerField, .trailerField, .trailerField),
            (.trailersTooLarge, .trailersTooLarge, .trailersTooLarge),
        ] as [(ChunkFault, RequestRejection, ResponseRejection)]
    )
    func faultsHaveWordsOnBothSides(
        fault: ChunkFault,
        request: RequestRejection,
        response: ResponseRejection
    ) {
        #expect(RequestRejection(fault) == request)
        #expect(ResponseRejection(fault) == response)
    }
}
