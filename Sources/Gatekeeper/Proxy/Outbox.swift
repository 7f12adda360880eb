internal import HTTPMessage
internal import NIOCore

/// Gathers what goes out on a channel during one event, so that one system call carries it.
///
/// A class, because writing may call back into the handler that writes.
final class Outbox {
    /// Pieces up to this size are copied together; larger ones are passed on as they are.
    private static let copiedSize = 16 * 1024

    private var gathered = ByteBuffer()
    private var hasUnflushedWrites = false

    func append(_ bytes: [UInt8]) {
        self.gathered.writeBytes(bytes)
    }

    func append(_ literal: StaticString) {
        self.gathered.writeStaticString(literal)
    }

    func append(_ body: ByteBuffer, context: ChannelHandlerContext) {
        guard body.readableBytes > Self.copiedSize else {
            self.gathered.writeImmutableBuffer(body)
            if self.gathered.readableBytes > Self.copiedSize { self.pass(context: context) }
            return
        }
        self.pass(context: context)
        self.hasUnflushedWrites = true
        context.write(NIOAny(body), promise: nil)
    }

    /// Appends one piece of a body in the framing the message announced.
    func append(_ body: ByteBuffer, chunked: Bool, context: ChannelHandlerContext) {
        guard chunked else { return self.append(body, context: context) }
        self.gathered.writeChunkSize(UInt64(body.readableBytes))
        self.append("\r\n")
        self.append(body, context: context)
        self.append("\r\n")
    }

    /// Appends the last chunk and the trailers, which are ready field lines.
    func appendLastChunk(trailers: [UInt8]) {
        self.append("0\r\n")
        self.append(trailers)
        self.append("\r\n")
    }

    func flush(context: ChannelHandlerContext) {
        self.pass(context: context)
        guard self.hasUnflushedWrites else { return }
        self.hasUnflushedWrites = false
        context.flush()
        guard self.gathered.readableBytes == 0 else { return }
        // What the channel has sent is no longer shared: the storage serves the next message.
        self.gathered.clear(minimumCapacity: 0)
    }

    /// Flushes; the future completes when everything is on its way or cannot be any more.
    func flushAndReport(context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let promise = context.eventLoop.makePromise(of: Void.self)
        let last = self.gathered
        self.gathered = ByteBuffer()
        self.hasUnflushedWrites = false
        context.writeAndFlush(NIOAny(last), promise: promise)
        return promise.futureResult
    }

    private func pass(context: ChannelHandlerContext) {
        guard self.gathered.readableBytes > 0 else { return }
        let piece = self.gathered
        self.gathered.moveReaderIndex(to: piece.writerIndex)
        self.hasUnflushedWrites = true
        context.write(NIOAny(piece), promise: nil)
    }
}

@available(*, unavailable)
extension Outbox: Sendable {}

extension ByteBuffer {
    fileprivate mutating func writeChunkSize(_ size: UInt64) {
        if size >= 16 { self.writeChunkSize(size >> 4) }
        let nibble = UInt8(truncatingIfNeeded: size & 0x0F)
        self.writeInteger(nibble < 10 ? 0x30 + nibble : 0x57 + nibble)
    }
}
