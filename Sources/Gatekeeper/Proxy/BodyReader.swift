internal import HTTPMessage
internal import NIOCore

/// Takes the body of one message out of a connection's bytes.
struct BodyReader {
    private enum Framing {
        case length(UInt64)
        case chunked(ChunkedDecoder)
        case untilClose
    }

    enum Step {
        case data(ByteBuffer)
        /// The body is complete; the trailers are ready field lines.
        case end(trailers: [UInt8])
        case incomplete
    }

    private var framing: Framing

    /// A reader of a request's body.
    init(request framing: BodyFraming, maximumTrailers: Int) {
        self.init(framing, .forRequests(maximumTrailers: maximumTrailers))
    }

    /// A reader of a response's body.
    init(response framing: BodyFraming, maximumTrailers: Int) {
        self.init(framing, .forResponses(maximumTrailers: maximumTrailers))
    }

    private init(_ framing: BodyFraming, _ decoder: @autoclosure () -> ChunkedDecoder) {
        switch framing {
        case .none: self.framing = .length(0)
        case .length(let length): self.framing = .length(length)
        case .chunked: self.framing = .chunked(decoder())
        case .untilClose: self.framing = .untilClose
        }
    }

    /// What is still to come, as far as it is known.
    var remaining: BodyFraming {
        switch self.framing {
        case .length(let length): .length(length)
        case .chunked: .chunked
        case .untilClose: .untilClose
        }
    }

    /// Whether the end of the connection is the regular end of the body.
    var endsWithConnection: Bool {
        switch self.framing {
        case .untilClose: true
        case .length, .chunked: false
        }
    }

    /// Takes the next piece out of `input`.
    mutating func next(_ input: inout ByteBuffer) throws(ChunkFault) -> Step {
        switch self.framing {
        case .length(let remaining):
            return self.piece(of: &input, remaining)
        case .chunked(var decoder):
            // Moved out and back, so that the decoder's trailers are never copied.
            self.framing = .length(0)
            defer { self.framing = .chunked(decoder) }
            return try Self.chunkPiece(of: &input, &decoder)
        case .untilClose:
            guard input.readableBytes > 0 else { return .incomplete }
            let all = input
            input = ByteBuffer()
            return .data(all)
        }
    }

    private mutating func piece(of input: inout ByteBuffer, _ remaining: UInt64) -> Step {
        guard remaining > 0 else { return .end(trailers: []) }
        let count = Int(min(remaining, UInt64(input.readableBytes)))
        guard count > 0, let slice = input.readSlice(length: count) else { return .incomplete }
        self.framing = .length(remaining - UInt64(count))
        return .data(slice)
    }

    private static func chunkPiece(
        of input: inout ByteBuffer,
        _ decoder: inout ChunkedDecoder
    ) throws(ChunkFault) -> Step {
        switch try decoder.next(input.readableBytesUInt8Span) {
        case .data(let skipping, let count):
            input.moveReaderIndex(forwardBy: skipping)
            guard let slice = input.readSlice(length: count) else { return .incomplete }
            return .data(slice)
        case .end(let skipping):
            input.moveReaderIndex(forwardBy: skipping)
            return .end(trailers: decoder.trailers)
        case .incomplete(let skipping):
            input.moveReaderIndex(forwardBy: skipping)
            return .incomplete
        }
    }
}
