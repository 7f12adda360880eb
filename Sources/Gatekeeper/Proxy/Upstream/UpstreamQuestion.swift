internal import HTTPMessage
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// The question of a health check, and where its answer goes.
struct UpstreamQuestion: Sendable {
    let path: String
    let address: UpstreamAddress
    let answer: EventLoopPromise<Bool>

    /// Redirects are fine: whoever sends one is alive.
    func answered(_ status: Int) {
        self.answer.succeed((200..<400).contains(status))
    }
}

extension UpstreamAddress {
    /// What a request that nobody made calls the server.
    var authority: String {
        switch self {
        case .tcp(let host, let port): "\(HostAndPort.bracketed(host)):\(port)"
        case .tls(let host, let port, _, let name):
            "\(HostAndPort.bracketed(name ?? host)):\(port)"
        case .unix: "localhost"
        }
    }
}

/// Asks over HTTP/1.1.
final class HTTP1Question: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let question: UpstreamQuestion
    private var unread = ByteBuffer()
    private var head = ResponseHead()

    init(_ question: UpstreamQuestion) {
        self.question = question
    }

    func channelActive(context: ChannelHandlerContext) {
        let request = ByteBuffer(
            string: "GET \(self.question.path) HTTP/1.1\r\nHost: \(self.question.address.authority)"
                + "\r\nUser-Agent: gatekeeper\r\nConnection: close\r\n\r\n"
        )
        context.writeAndFlush(Self.wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        self.unread.writeBuffer(&bytes)
        var parser = ResponseHeadParser(limit: 16 * 1024)
        let expected = ResponseContext(isHead: false, asksForWebSocket: false)
        do throws(ResponseRejection) {
            let count = try parser.parse(self.unread, answering: expected, into: &self.head)
            if count != nil { self.question.answered(Int(self.head.status)) }
        } catch {
            self.question.answer.succeed(false)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.question.answer.succeed(false)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.question.answer.succeed(false)
        context.close(promise: nil)
    }
}

@available(*, unavailable)
extension HTTP1Question: Sendable {}

/// Asks over HTTP/2, as the only stream of its connection.
final class HTTP2Question: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let question: UpstreamQuestion

    init(_ question: UpstreamQuestion) {
        self.question = question
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers: HPACKHeaders = [
            ":method": "GET", ":scheme": self.question.address.usesTLS ? "https" : "http",
            ":authority": self.question.address.authority, ":path": self.question.path,
            "user-agent": "gatekeeper",
        ]
        let frame = HTTP2Frame.FramePayload.headers(.init(headers: headers, endStream: true))
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .headers(let section) = Self.unwrapInboundIn(data) else { return }
        self.question.answered(section.headers[":status"].first.flatMap { Int($0) } ?? 0)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.question.answer.succeed(false)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.question.answer.succeed(false)
    }
}

@available(*, unavailable)
extension HTTP2Question: Sendable {}
