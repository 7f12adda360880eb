import NIOCore
import NIOPosix
import Synchronization

/// A server that records the raw bytes of every connection and answers by a script.
final class RecordingUpstream: Sendable {
    /// What to do about the bytes that came since the last reply.
    enum Reply: Sendable {
        case send(String)
        case sendBytes([UInt8])
        case close
        case endOutput
        case reset
        case stopReading
        case startReading
    }

    /// Gets the number of the connection and the text since the last reply; an empty answer
    /// waits for more.
    typealias Script = @Sendable (_ connection: Int, _ unanswered: String) -> [Reply]

    private struct Storage {
        var received: [[UInt8]] = []
    }

    private let storage = Mutex(Storage())
    private let script: Script
    private let channel: Mutex<(any Channel)?> = Mutex(nil)
    private let held: Mutex<HeldPort?> = Mutex(nil)

    private init(script: @escaping Script) {
        self.script = script
    }

    static func start(
        path: String? = nil,
        script: @escaping Script = RecordingUpstream.ok
    ) async throws -> RecordingUpstream {
        let upstream = RecordingUpstream(script: script)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(HeldPort.isSharing), value: path == nil ? 1 : 0)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        UpstreamConnection(upstream: upstream)
                    )
                }
            }
        let channel =
            if let path {
                try await bootstrap.bind(unixDomainSocketPath: path).get()
            } else {
                try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
            }
        upstream.channel.withLock { $0 = channel }
        return upstream
    }

    /// Answers every complete request without a body, and every one with a complete body.
    static let ok: Script = { _, text in
        guard isComplete(text) else { return [] }
        return [.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")]
    }

    /// Whether `text` is a whole request, as far as these tests send them.
    static func isComplete(_ text: String) -> Bool {
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].lowercased()
        if head.contains("transfer-encoding: chunked") {
            return text.hasSuffix("\r\n\r\n") && text[end.upperBound...].contains("0\r\n")
        }
        guard let field = head.firstRange(of: "content-length: ") else { return true }
        let length = Int(head[field.upperBound...].prefix { $0.isNumber }) ?? 0
        return text[end.upperBound...].utf8.count >= length
    }

    var port: Int { self.channel.withLock { $0?.localAddress?.port } ?? 0 }

    /// Everything a connection has sent, as text.
    func received(_ connection: Int = 0) -> String {
        self.storage.withLock { storage in
            guard connection < storage.received.count else { return "" }
            return String(decoding: storage.received[connection], as: UTF8.self)
        }
    }

    var connections: Int { self.storage.withLock { $0.received.count } }

    func receivedBytes(_ connection: Int = 0) -> Int {
        self.storage.withLock { storage in
            connection < storage.received.count ? storage.received[connection].count : 0
        }
    }

    /// Stops listening, so that new connections are refused, and lets nobody else take the port.
    func stop() async throws {
        let port = self.port
        if port > 0 { try self.held.withLock { $0 = try HeldPort(port) } }
        try await self.channel.withLock { $0 }?.close().get()
    }

    fileprivate func opened() -> Int {
        self.storage.withLock { storage in
            storage.received.append([])
            return storage.received.count - 1
        }
    }

    fileprivate func record(_ bytes: [UInt8], from connection: Int) {
        self.storage.withLock { $0.received[connection] += bytes }
    }

    fileprivate func replies(to text: String, from connection: Int) -> [Reply] {
        self.script(connection, text)
    }
}

private final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let upstream: RecordingUpstream
    private var number = 0
    private var unanswered: [UInt8] = []

    init(upstream: RecordingUpstream) {
        self.upstream = upstream
    }

    func channelActive(context: ChannelHandlerContext) {
        self.number = self.upstream.opened()
        self.perform(self.upstream.replies(to: "", from: self.number), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(Self.unwrapInboundIn(data).readableBytesView)
        self.upstream.record(bytes, from: self.number)
        self.unanswered += bytes
        let text = String(decoding: self.unanswered, as: UTF8.self)
        self.perform(self.upstream.replies(to: text, from: self.number), context)
    }

    private func perform(_ replies: [RecordingUpstream.Reply], _ context: ChannelHandlerContext) {
        if !replies.isEmpty { self.unanswered = [] }
        for reply in replies {
            switch reply {
            case .send(let text):
                context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
            case .sendBytes(let bytes):
                context.writeAndFlush(NIOAny(ByteBuffer(bytes: bytes)), promise: nil)
            case .close:
                context.close(promise: nil)
            case .endOutput:
                context.close(mode: .output, promise: nil)
            case .reset:
                let provider = context.channel as? any SocketOptionProvider
                _ = provider?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                context.close(promise: nil)
            case .stopReading:
                try? context.channel.syncOptions?.setOption(.autoRead, value: false)
            case .startReading:
                try? context.channel.syncOptions?.setOption(.autoRead, value: true)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
