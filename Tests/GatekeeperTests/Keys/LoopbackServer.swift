import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A small HTTP server on this machine whose answers the test writes.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        let head: HTTPRequestHead
    }

    struct Response: Sendable {
        var status: HTTPResponseStatus = .ok
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        var body = ""
        /// Promises more than the body holds and hangs up.
        var isCut = false
        /// Never answers.
        var isSilent = false
    }

    private let channel: any Channel
    private let seen = Mutex<[HTTPRequestHead]>([])

    var requests: [HTTPRequestHead] { self.seen.withLock { $0 } }

    var port: Int { self.channel.localAddress?.port ?? 0 }

    var url: String { "http://127.0.0.1:\(self.port)" }

    private final class Relay: Sendable {
        let server = Mutex<LoopbackServer?>(nil)
    }

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    static func start(
        _ answer: @escaping @Sendable (HTTPRequestHead) -> Response
    ) async throws -> LoopbackServer {
        let relay = Relay()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { head in
                            relay.server.withLock { $0 }?.seen.withLock { $0.append(head) }
                            return answer(head)
                        }
                    )
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = LoopbackServer(channel)
        relay.server.withLock { $0 = server }
        return server
    }

    func stop() async throws {
        try await self.channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (HTTPRequestHead) -> Response
        private var head: HTTPRequestHead?

        init(_ answer: @escaping @Sendable (HTTPRequestHead) -> Response) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let request = self.head else { return }
                self.send(self.answer(request), context: context)
            }
        }

        private func send(_ response: Response, context: ChannelHandlerContext) {
            guard !response.isSilent else { return }
            var headers = response.headers
            let length = response.body.utf8.count + (response.isCut ? 10 : 0)
            headers.add(name: "Content-Length", value: "\(length)")
            let head = HTTPResponseHead(
                version: .http1_1,
                status: response.status,
                headers: headers
            )
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            let body = context.channel.allocator.buffer(string: response.body)
            guard !response.isCut else {
                context.writeAndFlush(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
                context.close(promise: nil)
                return
            }
            context.write(self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
