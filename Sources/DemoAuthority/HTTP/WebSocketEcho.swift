internal import NIOCore
internal import NIOHTTP1
internal import NIOWebSocket

/// A WebSocket that says who is there and then repeats what it hears.
final class WebSocketEcho: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let greeting: String

    private init(greeting: String) {
        self.greeting = greeting
    }

    static func upgrader(path: String) -> any HTTPServerProtocolUpgrader & Sendable {
        NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(head.uri == path ? [:] : nil)
            },
            upgradePipelineHandler: { channel, head in
                let subject = head.headers.first(name: "x-gatekeeper-subject") ?? "a visitor"
                let level = head.headers.first(name: "x-gatekeeper-aal") ?? "no level"
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        WebSocketEcho(greeting: "You are \(subject), at \(level).")
                    )
                }
            }
        )
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.say(self.greeting, context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = self.unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            let text = String(decoding: frame.unmaskedData.readableBytesView, as: UTF8.self)
            self.say("You said: \(text)", context: context)
        case .ping:
            self.send(frame.unmaskedData, as: .pong, context: context)
        case .connectionClose:
            self.send(frame.unmaskedData, as: .connectionClose, context: context)
            context.close(promise: nil)
        default: return
        }
    }

    private func say(_ text: String, context: ChannelHandlerContext) {
        self.send(ByteBuffer(string: text), as: .text, context: context)
    }

    private func send(
        _ data: ByteBuffer,
        as opcode: WebSocketOpcode,
        context: ChannelHandlerContext
    ) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        context.writeAndFlush(self.wrapOutboundOut(frame), promise: nil)
    }
}

@available(*, unavailable)
extension WebSocketEcho: Sendable {}
