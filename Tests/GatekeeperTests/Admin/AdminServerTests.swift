import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import Gatekeeper

@Suite struct AdminServerTests {
    private func ask(
        _ method: HTTPMethod,
        _ path: String,
        readiness: AdminResponder.Readiness = .ready
    ) async throws -> HTTPClient.Response {
        let responder = AdminResponder(readiness: { readiness }, metrics: Metrics())
        let server = try await AdminServer.start(
            at: .tcp(host: "127.0.0.1", port: 0),
            responder: responder,
            group: KeyStoreTests.group
        )
        let port = try #require(server.address?.port)
        let response = try await KeyStoreTests.withClient { client in
            let url = "http://127.0.0.1:\(port)\(path)"
            let request = try HTTPClient.Request(url: url, method: method)
            return try await client.execute(request: request, deadline: .now() + .seconds(10)).get()
        }
        try await server.stop()
        return response
    }

    private func body(_ response: HTTPClient.Response) -> String {
        response.body.map { String(buffer: $0) } ?? ""
    }

    @Test("the process is healthy while it answers")
    func health() async throws {
        let response = try await self.ask(.GET, "/healthz")
        #expect(response.status == .ok)
        #expect(self.body(response) == "ok\n")
        #expect(response.headers["cache-control"] == ["no-store"])
    }

    @Test("it is ready when requests can be judged, and says why when not")
    func readiness() async throws {
        #expect(try await self.ask(.GET, "/readyz?verbose").status == .ok)
        let response = try await self.ask(.GET, "/readyz", readiness: .notReady("no keys"))
        #expect(response.status == .serviceUnavailable)
        #expect(self.body(response) == "no keys\n")
    }

    @Test("metrics are a page of Prometheus text")
    func metrics() async throws {
        let response = try await self.ask(.GET, "/metrics")
        #expect(response.headers["content-type"] == [PrometheusText.contentType])
        #expect(self.body(response).contains("gatekeeper_reload_failures_total 0\n"))
    }

    @Test("HEAD has the head of GET and no body")
    func head() async throws {
        let response = try await self.ask(.HEAD, "/healthz")
        #expect(response.status == .ok)
        #expect(response.headers["content-length"] == ["3"])
        #expect(self.body(response).isEmpty)
    }

    @Test("nothing can be changed here", arguments: [HTTPMethod.POST, .PUT, .DELETE, .OPTIONS])
    func methods(_ method: HTTPMethod) async throws {
        let response = try await self.ask(method, "/metrics")
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers["allow"] == ["GET, HEAD"])
    }

    @Test("there is nothing else", arguments: ["/", "/metrics/", "/healthz/x", "/debug/pprof"])
    func nothingElse(path: String) async throws {
        #expect(try await self.ask(.GET, path).status == .notFound)
    }

    /// Everything the server sends for `bytes`, until it closes the connection.
    private func exchange(_ bytes: String) async throws -> String {
        let server = try await AdminServer.start(
            at: .tcp(host: "127.0.0.1", port: 0),
            responder: AdminResponder(readiness: { .ready }, metrics: Metrics()),
            group: KeyStoreTests.group
        )
        let address = try #require(server.address)
        let received = KeyStoreTests.group.next().makePromise(of: String.self)
        let channel = try await ClientBootstrap(group: KeyStoreTests.group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(received))
                }
            }
            .connect(to: address).get()
        try await channel.writeAndFlush(ByteBuffer(string: bytes))
        let text = try await received.futureResult.get()
        try await server.stop()
        return text
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let promise: EventLoopPromise<String>
        private var text = ""

        init(_ promise: EventLoopPromise<String>) {
            self.promise = promise
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.text += String(buffer: self.unwrapInboundIn(data))
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.promise.succeed(self.text)
        }
    }

    @Test("requests of one connection are answered in their order")
    func pipelining() async throws {
        let text = try await self.exchange(
            "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        let statuses = text.ranges(of: "HTTP/1.1 ").map { text[$0.upperBound...].prefix(3) }
        #expect(statuses == ["200", "404", "200"])
    }

    @Test("what is no HTTP is refused and the connection closed")
    func garbage() async throws {
        let text = try await self.exchange("\u{16}\u{3}\u{1} garbage\r\n\r\n")
        #expect(text.hasPrefix("HTTP/1.1 400 ") || text.isEmpty)
    }
}
