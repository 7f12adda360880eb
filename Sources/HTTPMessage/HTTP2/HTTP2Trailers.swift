/// The trailer section of an HTTP/2 message, under the rules for all trailers.
package struct HTTP2Trailers {
    private var fields = FieldSection()

    package init() {}

    /// Takes the next field of the section; a pseudo field is as bad as any other odd name.
    package mutating func append(_ name: String, _ value: String) throws(ChunkFault) {
        do throws(FieldSection.Fault) {
            try self.fields.append(name, value)
        } catch {
            throw .trailerField
        }
    }

    /// The ready lines of the fields that may pass on behind a request.
    package consuming func ofRequest(maximum: Int) throws(ChunkFault) -> [UInt8] {
        try self.passing(.forRequests(maximumTrailers: maximum))
    }

    /// The ready lines of the fields that may pass on behind a response.
    package consuming func ofResponse(maximum: Int) throws(ChunkFault) -> [UInt8] {
        try self.passing(.forResponses(maximumTrailers: maximum))
    }

    // As the end of a chunked body, which is what they are in HTTP/1.1.
    private consuming func passing(
        _ decoder: consuming ChunkedDecoder
    ) throws(ChunkFault) -> [UInt8] {
        let ending = Array("0\r\n".utf8) + self.fields.finished()
        guard case .end = try decoder.next(ending.span) else { throw .trailersTooLarge }
        return decoder.trailers
    }
}
