import HTTPMessage
import NIOCore
import NIOEmbedded
import Testing

@testable import Gatekeeper

/// Refuses everything, so that a connection can be watched without an upstream.
private final class RefusingJudge: Judge {
    var closes = false
    var paths: [String] = []
    var faults: [String] = []
    var finished: [Disposition] = []

    func leniency(for head: borrowing RequestHead) -> Leniency { [] }

    func judge(
        _ head: borrowing RequestHead,
        from connection: borrowing ConnectionInfo
    ) -> Ruling {
        self.paths.append(head.text(head.path))
        return .refuse(
            Refusal(
                ticket: ExchangeTicket(value: 1),
                status: 403,
                fields: [],
                body: Array("no".utf8),
                closes: self.closes
            )
        )
    }

    func answer(
        to fault: ExchangeFault,
        under ticket: ExchangeTicket?,
        head: RequestHead?,
        from connection: borrowing ConnectionInfo
    ) -> Refusal {
        self.faults.append(fault.code)
        return Refusal(plain: fault, ticket: ExchangeTicket(value: 2))
    }

    func finished(_ ticket: ExchangeTicket, with record: ExchangeRecord) {
        self.finished.append(record.disposition)
    }

    func drained() {}
}

/// A socket whose buffer is full until its reader reads.
private final class FullSocket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var waiting: [EventLoopPromise<Void>?] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        self.waiting.append(promise)
    }

    func read() {
        for promise in self.waiting { promise?.succeed() }
        self.waiting = []
    }
}

/// A client connection without sockets, whose clock is the test's.
private struct Connection {
    let channel = EmbeddedChannel()
    let judge = RefusingJudge()
    let loop: ProxyLoop

    init(limits: ProxyLimits = ProxyLimits(), through socket: FullSocket? = nil) throws {
        self.loop = ProxyLoop(
            eventLoop: self.channel.embeddedEventLoop,
            judge: self.judge,
            settings: ProxySettings(
                listeners: [],
                upstreams: [.unix(path: "/nonexistent")],
                limits: limits
            ),
            targets: [],
            accounts: ClientAccounts(ClientLimits())
        )
        if let socket { try self.channel.pipeline.syncOperations.addHandler(socket) }
        try self.channel.pipeline.syncOperations.addHandler(ClientHandler(loop: self.loop))
        self.channel.connect(to: try SocketAddress(unixDomainSocketPath: "/x"), promise: nil)
    }

    func send(_ text: String) throws {
        try self.channel.writeInbound(ByteBuffer(string: text))
    }

    /// What was written since the last time.
    func sent() throws -> String {
        self.loop.flush()
        var text = ""
        while let buffer = try self.channel.readOutbound(as: ByteBuffer.self) {
            text += String(buffer: buffer)
        }
        return text
    }

    /// Whether the channel was told to read on; nil where it was told nothing.
    var reads: Bool? {
        let told = self.channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }
        return told?.value as? Bool
    }

    /// Lets `amount` pass after the last tick.
    func pass(_ amount: TimeAmount) {
        self.loop.tick(at: self.loop.now + amount)
    }
}

private let request = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"

@Suite struct ClientHandlerTests {
    @Test func oneSystemCallCarriesAllAnswersOfOneRead() throws {
        let connection = try Connection()
        try connection.send(request + request + request)
        connection.loop.flush()
        let first = try connection.channel.readOutbound(as: ByteBuffer.self)
        let text = String(buffer: try #require(first))
        #expect(text.ranges(of: "HTTP/1.1 403 Forbidden").count == 3)
        #expect(try connection.sent() == "")
        #expect(connection.judge.finished == [.refused, .refused, .refused])
    }

    @Test("what several events of one turn gather goes out together, when they are over")
    func together() throws {
        let connection = try Connection()
        try connection.send(request)
        try connection.send(request)
        #expect(try connection.channel.readOutbound(as: ByteBuffer.self) == nil)
        connection.channel.embeddedEventLoop.run()
        let sent = try connection.channel.readOutbound(as: ByteBuffer.self)
        #expect(String(buffer: try #require(sent)).ranges(of: "HTTP/1.1 403 ").count == 2)
        #expect(try connection.channel.readOutbound(as: ByteBuffer.self) == nil)
    }

    @Test("what is much goes out at once", arguments: [(64 << 10, false), (64 << 10 + 1, true)])
    func much(bytes: Int, goes: Bool) throws {
        let connection = try Connection()
        connection.loop.gathered(ByteBuffer(repeating: 0, count: bytes))
        try connection.send(request)
        #expect((try connection.channel.readOutbound(as: ByteBuffer.self) != nil) == goes)
    }

    @Test("what is for many goes out at once")
    func many() throws {
        let first = try Connection()
        var channels = [first.channel]
        for _ in 1..<32 {
            let channel = EmbeddedChannel(loop: first.channel.embeddedEventLoop)
            try channel.pipeline.syncOperations.addHandler(ClientHandler(loop: first.loop))
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/x"), promise: nil)
            channels.append(channel)
        }
        for channel in channels.dropLast() {
            try channel.writeInbound(ByteBuffer(string: request))
        }
        for channel in channels {
            #expect(try channel.readOutbound(as: ByteBuffer.self) == nil)
        }
        try channels.last?.writeInbound(ByteBuffer(string: request))
        for channel in channels {
            #expect(try channel.readOutbound(as: ByteBuffer.self) != nil)
        }
    }

    @Test("a client that pipelines lets others have their turn, and is read on only after its own")
    func turns() throws {
        let connection = try Connection()
        let limit = ClientHandler.requestsPerTurn
        try connection.send(String(repeating: request, count: 2 * limit + 1))
        #expect(connection.judge.paths.count == limit)
        #expect(connection.reads == false)
        connection.channel.embeddedEventLoop.run()
        #expect(connection.judge.paths.count == 2 * limit + 1)
        #expect(try connection.sent().ranges(of: "HTTP/1.1 403 Forbidden").count == 2 * limit + 1)
        #expect(connection.reads == true)
    }

    @Test("requests that wait for their turn are answered although the client is done sending")
    func turnsAfterTheEnd() throws {
        let connection = try Connection()
        let count = ClientHandler.requestsPerTurn + 3
        try connection.send(String(repeating: request, count: count) + "GET")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        connection.channel.embeddedEventLoop.run()
        #expect(connection.judge.paths.count == count)
        #expect(try connection.sent().ranges(of: "HTTP/1.1 403 Forbidden").count == count)
        #expect(!connection.channel.isActive)
    }

    @Test func theHeadsOfOneReadAreJudgedInOrder() throws {
        let connection = try Connection()
        try connection.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHo")
        #expect(connection.judge.paths == ["/1"])
        try connection.send("st: a\r\n\r\n")
        #expect(connection.judge.paths == ["/1", "/2"])
    }

    @Test("the time for a head runs from its first byte, however slowly the others come")
    func headTimeout() throws {
        var limits = ProxyLimits()
        limits.headerReadTimeout = .seconds(10)
        let connection = try Connection(limits: limits)
        try connection.send("G")
        for _ in 0..<10 {
            connection.pass(.seconds(1))
            try connection.send("E")
        }
        #expect(try connection.sent() == "")
        connection.pass(.seconds(1))
        let answer = try connection.sent()
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(answer.contains("\r\nConnection: close\r\n"))
        #expect(connection.judge.faults == ["head-timeout"])
        #expect(connection.judge.paths == [])
    }

    @Test("an idle connection lives as long as the limit says, and a new request renews it")
    func idleTimeout() throws {
        var limits = ProxyLimits()
        limits.idleTimeout = .seconds(60)
        let connection = try Connection(limits: limits)
        connection.pass(.seconds(59))
        try connection.send(request)
        connection.pass(.seconds(60))
        #expect(connection.channel.isActive)
        connection.pass(.seconds(2))
        #expect(!connection.channel.isActive)
        #expect(connection.loop.connections == 0)
    }

    @Test func aClosingAnswerIsFollowedByNothing() throws {
        let connection = try Connection()
        connection.judge.closes = true
        try connection.send(request + request)
        #expect(try connection.sent().ranges(of: "HTTP/1.1 403").count == 1)
        try connection.send(request)
        #expect(try connection.sent() == "")
        #expect(connection.judge.paths == ["/a"])
    }

    @Test("a client that never closes is not waited for")
    func lingering() throws {
        var limits = ProxyLimits()
        limits.lingerTimeout = .seconds(2)
        let connection = try Connection(limits: limits)
        connection.judge.closes = true
        try connection.send(request)
        connection.pass(.seconds(4))
        connection.channel.embeddedEventLoop.run()
        #expect(!connection.channel.isActive)
    }

    @Test("a slow reader has the time of an idle connection for the last answer")
    func slowReader() throws {
        var limits = ProxyLimits()
        limits.lingerTimeout = .seconds(2)
        limits.idleTimeout = .seconds(60)
        let socket = FullSocket()
        let connection = try Connection(limits: limits, through: socket)
        connection.judge.closes = true
        try connection.send(request)
        connection.pass(.seconds(59))
        #expect(connection.channel.isActive)
        // That it sends nothing more does not mean that it does not read.
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.channel.isActive)
        socket.read()
        connection.channel.embeddedEventLoop.run()
        #expect(!connection.channel.isActive)

        let other = try Connection(limits: limits, through: FullSocket())
        other.judge.closes = true
        try other.send(request)
        other.pass(.seconds(63))
        #expect(!other.channel.isActive)
    }

    @Test("a refused client that stops in its body is still answered")
    func halfClosedBody() throws {
        let connection = try Connection()
        try connection.send("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(try connection.sent().hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(!connection.channel.isActive)
    }

    @Test("a refused body is read over up to its limit, on both sides of the edge")
    func discardedBody() throws {
        var limits = ProxyLimits()
        limits.discardedBody = 5
        let kept = try Connection(limits: limits)
        try kept.send("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel")
        try kept.send("lo" + request)
        #expect(kept.judge.paths == ["/b", "/a"])
        #expect(try !kept.sent().contains("Connection: close"))
        let closed = try Connection(limits: limits)
        try closed.send("POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nhel")
        try closed.send("low" + request)
        #expect(closed.judge.paths == ["/b"])
        #expect(try closed.sent().contains("Connection: close"))
    }

    @Test func oneMalformedHeadEndsTheConversation() throws {
        let connection = try Connection()
        try connection.send("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + request)
        #expect(try connection.sent().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(connection.judge.faults == ["host-repeated"])
        #expect(connection.judge.paths == [])
    }

    @Test func theHeaderLimitHoldsOnBothSidesOfItsEdge() throws {
        var limits = ProxyLimits()
        limits.headerBytes = request.utf8.count
        let fits = try Connection(limits: limits)
        try fits.send(request)
        #expect(fits.judge.paths == ["/a"])
        limits.headerBytes -= 1
        let tooLarge = try Connection(limits: limits)
        try tooLarge.send(request)
        #expect(tooLarge.judge.faults == ["head-too-large"])
        #expect(try tooLarge.sent().hasPrefix("HTTP/1.1 431 "))
    }

    @Test func answersToHeadHaveNoBody() throws {
        let connection = try Connection()
        try connection.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try connection.sent()
        #expect(answer.contains("\r\nContent-Length: 2\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func drainingClosesWhatIsIdleAndAnswersWhatIsNot() throws {
        let idle = try Connection()
        _ = idle.loop.drain()
        idle.pass(ProxyLimits().lingerTimeout * 2)
        #expect(!idle.channel.isActive)
        let busy = try Connection()
        try busy.send("GET /a HT")
        _ = busy.loop.drain()
        #expect(busy.channel.isActive)
        try busy.send("TP/1.1\r\nHost: a\r\n\r\n")
        #expect(try busy.sent().contains("\r\nConnection: close\r\n"))
    }

    @Test func aClosedConnectionIsForgotten() throws {
        let connection = try Connection()
        #expect(connection.loop.connections == 1)
        try connection.send("GET /a HT")
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
        #expect(connection.loop.connections == 0)
        #expect(connection.judge.finished == [])
    }
}
