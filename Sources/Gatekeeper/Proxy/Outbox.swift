internal import HTTPMessage
internal import NIOCore

/// Gathers what goes out on a channel during one event, so that one system call carries it.
struct Outbox {
    /// Pieces up to this size are copied together; larger ones are passed on as they are.
    private static let copiedSize = 16 * 1024

    private var gathered = ByteBuffer()
    private var hasUnflushedWrites = false

    var isEmpty: Bool { self.gathered.readableBytes == 0 && !self.hasUnflushedWrites }

    mutating func append(_ bytes: [UInt8]) {
        self.gathered.writeBytes(bytes)
    }

    mutating func append(_ literal: StaticString) {
        self.gathered.writeStaticString(literal)
    }

    mutating func append(_ body: ByteBuffer, context: ChannelHandlerContext) {
        guard body.readableBytes > Self.copiedSize else {
            self.gathered.writeImmutableBuffer(body)
            if self.gathered.readableBytes > Self.copiedSize { self.pass(context: context) }
            return
        }
        self.pass(context: context)
        context.write(NIOAny(body), promise: nil)
        self.hasUnflushedWrites = true
    }

    /// Appends one piece of a body in the framing the message announced.
    mutating func append(
        _ body: ByteBuffer,
        chunked: Bool,
        context: ChannelHandlerContext
    ) {
        guard chunked else { return self.append(body, context: context) }
        self.gathered.writeChunkSize(body.readableBytes)
        self.append(body, context: context)
        self.append("\r\n")
    }

    /// Appends the last chunk and the trailers, which are ready field lines.
    mutating func appendLastChunk(trailers: [UInt8]) {
        self.append("0\r\n")
        self.append(trailers)
        self.append("\r\n")
    }

    mutating func flush(context: ChannelHandlerContext) {
        self.pass(context: context)
        guard self.hasUnflushedWrites else { return }
        self.hasUnflushedWrites = false
        context.flush()
        // What was written is no longer shared: the storage serves the next message.
        self.gathered.clear(minimumCapacity: 0)
    }

    /// Flushes; the future completes when everything is on its way or cannot be any more.
    mutating func flushAndReport(context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let promise = context.eventLoop.makePromise(of: Void.self)
        let last = self.gathered
        self.gathered = ByteBuffer()
        self.hasUnflushedWrites = false
        context.writeAndFlush(NIOAny(last), promise: promise)
        return promise.futureResult
    }

    private mutating func pass(context: ChannelHandlerContext) {
        guard self.gathered.readableBytes > 0 else { return }
        context.write(NIOAny(self.gathered), promise: nil)
        self.hasUnflushedWrites = true
        // INVARIANT: a buffer that was handed to the channel is never appended to.
        self.gathered.moveReaderIndex(to: self.gathered.writerIndex)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeChunkSize(_ size: Int) {
        var line: [UInt8] = []
        line.append(hexadecimal: UInt64(size))
        line.append("\r\n")
        self.writeBytes(line)
    }
}
