internal import HTTPMessage
internal import NIOCore

extension RequestHeadParser {
    /// Reads a head from the bytes that `buffer` holds, without consuming them.
    mutating func parse(
        _ buffer: ByteBuffer,
        into head: inout RequestHead
    ) throws(RequestRejection) -> Int? {
        try self.parse(buffer.readableBytesUInt8Span, into: &head)
    }
}

extension ResponseHeadParser {
    /// Reads a head from the bytes that `buffer` holds, without consuming them.
    mutating func parse(
        _ buffer: ByteBuffer,
        answering context: ResponseContext,
        into head: inout ResponseHead
    ) throws(ResponseRejection) -> Int? {
        try self.parse(buffer.readableBytesUInt8Span, answering: context, into: &head)
    }
}
