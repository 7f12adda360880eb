internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// One request, read whole: the demo's bodies are forms.
struct DemoRequest: Sendable {
    let method: HTTPMethod
    /// The path without the query.
    let path: String
    let query: [String: String]
    let headers: HTTPHeaders
    let body: [UInt8]

    /// The fields of a form body.
    var form: [String: String] { FormEncoding.decode(String(decoding: self.body, as: UTF8.self)) }

    /// The value of a cookie.
    func cookie(_ name: String) -> String? {
        for field in self.headers["cookie"] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2 else { continue }
                if parts[0].drop(while: { $0 == " " }) == name { return String(parts[1]) }
            }
        }
        return nil
    }
}

/// One answer of a demo server.
struct DemoResponse: Sendable {
    var status: HTTPResponseStatus = .ok
    var headers: HTTPHeaders = [:]
    var body: [UInt8] = []

    static func html(_ text: String, status: HTTPResponseStatus = .ok) -> DemoResponse {
        DemoResponse(
            status: status,
            headers: ["Content-Type": "text/html; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    static func json(_ text: String, status: HTTPResponseStatus = .ok) -> DemoResponse {
        DemoResponse(
            status: status,
            headers: ["Content-Type": "application/json"],
            body: Array(text.utf8)
        )
    }

    static func redirect(to location: String) -> DemoResponse {
        DemoResponse(status: .seeOther, headers: ["Location": location])
    }
}

/// A small HTTP/1.1 server for demonstrations: stock handlers, whole bodies, one function.
struct DemoServer: Sendable {
    let respond: @Sendable (DemoRequest) -> DemoResponse

    /// Listens on loopback; port 0 picks a free one.
    func start(port: Int, on group: any EventLoopGroup) async throws -> any Channel {
        let respond = self.respond
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(DemoHandler(respond: respond))
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
    }
}

private final class DemoHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let maximumBody = 1 << 20
    private let respond: @Sendable (DemoRequest) -> DemoResponse
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(respond: @escaping @Sendable (DemoRequest) -> DemoResponse) {
        self.respond = respond
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
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = DemoRequest(
            method: head.method,
            path: String(parts.first ?? "/"),
            query: parts.count > 1 ? FormEncoding.decode(String(parts[1])) : [:],
            headers: head.headers,
            body: self.body
        )
        var response = self.respond(request)
        response.headers.replaceOrAdd(name: "Content-Length", value: "\(response.body.count)")
        let responseHead = HTTPResponseHead(
            version: head.version,
            status: response.status,
            headers: response.headers
        )
        context.write(self.wrapOutboundOut(.head(responseHead)), promise: nil)
        if head.method != .HEAD {
            let buffer = context.channel.allocator.buffer(bytes: response.body)
            context.write(self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
    }
}

@available(*, unavailable)
extension DemoHandler: Sendable {}
