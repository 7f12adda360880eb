import NIOCore
import NIOEmbedded
import Testing

@testable import Gatekeeper

/// Lends its context to the test.
private final class Bystander: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private(set) var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }
}

@Suite struct OutboxTests {
    private let channel = EmbeddedChannel()
    private let outbox = Outbox()
    private let context: ChannelHandlerContext

    init() throws {
        let bystander = Bystander()
        try self.channel.pipeline.syncOperations.addHandler(bystander)
        self.context = try #require(bystander.context)
    }

    private func written() throws -> [String] {
        var pieces: [String] = []
        while let buffer = try self.channel.readOutbound(as: ByteBuffer.self) {
            pieces.append(String(buffer: buffer))
        }
        return pieces
    }

    @Test func smallPiecesGoTogether() throws {
        self.outbox.append(Array("head ".utf8))
        self.outbox.append(ByteBuffer(string: "body"), context: self.context)
        #expect(try self.written() == [])
        self.outbox.flush(context: self.context)
        #expect(try self.written() == ["head body"])
        self.outbox.flush(context: self.context)
        #expect(try self.written() == [])
    }

    @Test func largePiecesPassAsTheyAre() throws {
        let large = String(repeating: "x", count: 20_000)
        self.outbox.append(Array("head".utf8))
        self.outbox.append(ByteBuffer(string: large), context: self.context)
        self.outbox.append("tail")
        self.outbox.flush(context: self.context)
        #expect(try self.written() == ["head", large, "tail"])
    }

    @Test(
        arguments: [(1, "1"), (9, "9"), (10, "a"), (255, "ff"), (4096, "1000"), (16_000, "3e80")]
    )
    func chunks(count: Int, size: String) throws {
        let body = String(repeating: "x", count: count)
        self.outbox.append(ByteBuffer(string: body), chunked: true, context: self.context)
        self.outbox.appendLastChunk(trailers: Array("X: y\r\n".utf8))
        self.outbox.flush(context: self.context)
        #expect(try self.written().joined() == "\(size)\r\n\(body)\r\n0\r\nX: y\r\n\r\n")
    }

    @Test func aReportComesWhenEverythingIsOnItsWay() throws {
        self.outbox.append("last words")
        let done = self.outbox.flushAndReport(context: self.context)
        try done.wait()
        #expect(try self.written() == ["last words"])
    }

    @Test func whatWasHandedOverIsNotWrittenTo() throws {
        self.outbox.append("one")
        self.outbox.flush(context: self.context)
        self.outbox.append("two")
        self.outbox.flush(context: self.context)
        #expect(try self.written() == ["one", "two"])
    }
}
