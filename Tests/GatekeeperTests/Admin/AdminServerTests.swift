import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import Gatekeeper

@Suite struct AdminServerTests {
    private struct Reply: Equatable {
        let status: UInt
        let body: String
        let contentType: String?
    }

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
}
