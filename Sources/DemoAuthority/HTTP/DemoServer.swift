internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// A small HTTP/1.1 server for demonstrations: stock handlers, whole bodies, one function.
package final class DemoServer: Sendable {
    package typealias Responder = @Sendable (DemoRequest) async -> DemoResponse

    private let responder: Mutex<Responder>
    private let channel: Mutex<(any Channel)?>

    private init() {
        self.responder = Mutex { _ in DemoResponse(status: .serviceUnavailable) }
        self.channel = Mutex(nil)
    }

    /// Takes a port of loopback, 0 for a free one; nobody is accepted before `serve`.
    ///
    /// Who needs to know its own URL to make its responder can ask for it in between.
    ///
    /// - `webSockets`: the path at which connections may become WebSockets that echo.
    package static func listen(
        port: Int,
        webSockets: String? = nil
    ) async throws -> DemoServer {
        let server = DemoServer()
        let upgraders = webSockets.map { [WebSocketEcho.upgrader(path: $0)] } ?? []
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(
                        withServerUpgrade: (upgraders, { Self.leave($0) })
                    )
                    try pipeline.addHandler(DemoHandler(server: server))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
        server.channel.withLock { $0 = channel }
        return server
    }

    // A connection that has become a WebSocket has no more requests.
    private static func leave(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard let handler = try? pipeline.handler(type: DemoHandler.self) else { return }
        pipeline.removeHandler(handler, promise: nil)
    }

    /// Listens and answers at once.
    package static func start(
        port: Int,
        responder: @escaping Responder
    ) async throws -> DemoServer {
        let server = try await Self.listen(port: port)
        try await server.serve(responder)
        return server
    }

    package var port: Int { self.channel.withLock { $0 }?.localAddress?.port ?? 0 }

    package var url: String { "http://127.0.0.1:\(self.port)" }

    /// Begins to answer.
    package func serve(_ responder: @escaping Responder) async throws {
        self.responder.withLock { $0 = responder }
        try await self.channel.withLock { $0 }?.setOption(.autoRead, value: true).get()
    }

    /// Waits until the server is closed.
    package func run() async throws {
        try await self.channel.withLock { $0 }?.closeFuture.get()
    }

    /// Stops listening.
    package func stop() async throws {
        try await self.channel.withLock { $0 }?.close().get()
    }

    fileprivate func respond(to request: DemoRequest) async -> DemoResponse {
        await self.responder.withLock { $0 }(request)
    }
}

private final class DemoHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let maximumBody = 1 << 20
    private let server: DemoServer
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(server: DemoServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch self.unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            self.body = []
        case .body(let part):
            guard self.body.count + part.readableBytes <= Self.maximumBody else {
                context.close(promise: nil)
                return
            }
            self.body += part.readableBytesView
        case .end:
            guard let head = self.head else { return }
            self.answer(head, context: context)
        }
    }

    private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let request = DemoRequest(
            method: head.method,
            target: head.uri,
            headers: head.headers,
            body: self.body,
            peer: context.remoteAddress?.ipAddress ?? ""
        )
        let server = self.server
        let answered = context.eventLoop.makePromise(of: DemoResponse.self)
        answered.completeWithTask { await server.respond(to: request) }
        let here = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        answered.futureResult.whenSuccess { response in
            let (handler, context) = here.value
            handler.write(response, to: head, context: context)
        }
    }

    private func write(
        _ answer: DemoResponse,
        to request: HTTPRequestHead,
        context: ChannelHandlerContext
    ) {
        var headers = answer.headers
        if answer.status != .noContent {
            headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.count)")
        }
        if !request.isKeepAlive { headers.replaceOrAdd(name: "Connection", value: "close") }
        let head = HTTPResponseHead(
            version: request.version,
            status: answer.status,
            headers: headers
        )
        context.write(self.wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            let buffer = context.channel.allocator.buffer(bytes: answer.body)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        let written = context.writeAndFlush(self.wrapOutboundOut(.end(nil)))
        guard !request.isKeepAlive else { return }
        let connection = context.channel
        written.whenComplete { _ in connection.close(promise: nil) }
    }
}

@available(*, unavailable)
extension DemoHandler: Sendable {}
