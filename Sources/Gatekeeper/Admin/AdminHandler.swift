internal import NIOCore
internal import NIOHTTP1

/// Sends the responder's answers, one request of a connection after the other.
final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let responder: AdminResponder
    private var head: HTTPRequestHead?

    init(_ responder: AdminResponder) {
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head = self.head else { return }
            self.head = nil
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
            self.responder.answer(head, on: context.eventLoop).whenComplete { result in
                let failed = AdminResponder.Answer(
                    status: .internalServerError,
                    body: "metrics failed\n"
                )
                let answer = (try? result.get()) ?? failed
                handler.value.send(answer, to: head, context: context.value)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func send(
        _ answer: AdminResponder.Answer,
        to request: HTTPRequestHead,
        context: ChannelHandlerContext
    ) {
        var headers: HTTPHeaders = [
            "Content-Type": answer.contentType,
            "Content-Length": "\(answer.body.utf8.count)",
            "Cache-Control": "no-store",
        ]
        if let allow = answer.allow { headers.add(name: "Allow", value: allow) }
        if !request.isKeepAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            let body = context.channel.allocator.buffer(string: answer.body)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        if !request.isKeepAlive {
            let channel = context.channel
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: promise)
    }
}

// Handlers belong to one channel.
@available(*, unavailable)
extension AdminHandler: Sendable {}
