import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct DocumentFetcherTests {
    private func fetch(
        _ response: LoopbackServer.Response,
        maximumBytes: Int = 1_024,
        timeout: TimeAmount = .seconds(10)
    ) async throws -> Result<FetchedDocument, DocumentFailure> {
        let server = try await LoopbackServer.start { _ in response }
        let url = try #require(WebURL("\(server.url)/path?query"))
        let result = try await KeyStoreTests.withClient { client in
            let future = DocumentFetcher(client: client).fetch(
                url,
                headers: ["X-Test": "1"],
                timeout: timeout,
                maximumBytes: maximumBytes,
                on: KeyStoreTests.group.next()
            )
            do {
                return Result<FetchedDocument, DocumentFailure>.success(try await future.get())
            } catch {
                return .failure(try #require(error as? DocumentFailure))
            }
        }
        #expect(server.requests.map { $0.uri } == ["/path?query"])
        #expect(server.requests.first?.headers["x-test"] == ["1"])
        try await server.stop()
        return result
    }

    @Test("an answer is handed over as it is, whatever its status")
    func answers() async throws {
        for status in [HTTPResponseStatus.ok, .found, .notFound, .internalServerError] {
            let response = LoopbackServer.Response(
                status: status,
                headers: ["Location": "/elsewhere"],
                body: "body"
            )
            let document = try await self.fetch(response).get()
            #expect(document.status == status.code)
            #expect(document.headers["location"] == ["/elsewhere"])
            #expect(document.body == Array("body".utf8))
        }
    }

    @Test("an answer may be as large as the limit and no larger")
    func sizes() async throws {
        let largest = String(repeating: "x", count: 1_024)
        #expect(try await self.fetch(.init(body: largest)).get().body.count == 1_024)
        await #expect(throws: DocumentFailure.tooLarge) {
            try await self.fetch(.init(body: largest + "x")).get()
        }
    }

    @Test("silence ends with the time limit")
    func silence() async throws {
        await #expect(throws: DocumentFailure.timedOut) {
            try await self.fetch(.init(isSilent: true), timeout: .milliseconds(100)).get()
        }
    }

    @Test("half an answer is none")
    func cut() async throws {
        await #expect(throws: DocumentFailure.brokenAnswer) {
            try await self.fetch(.init(body: "half", isCut: true)).get()
        }
    }

    @Test("a certificate that nobody vouches for, or none at all, is no connection")
    func noTLS() async throws {
        let server = try await LoopbackServer.start { _ in .init() }
        let url = try #require(WebURL("https://127.0.0.1:\(server.port)/"))
        try await KeyStoreTests.withClient { client in
            let future = DocumentFetcher(client: client).fetch(
                url,
                timeout: .seconds(10),
                maximumBytes: 10,
                on: KeyStoreTests.group.next()
            )
            await #expect(throws: DocumentFailure.self) { try await future.get() }
        }
        #expect(server.requests.isEmpty)
        try await server.stop()
    }

    @Test("every failure has its own word and says what it is")
    func words() {
        let all: [DocumentFailure] = [
            .timedOut, .tooLarge, .notConnected, .untrusted, .brokenAnswer,
        ]
        #expect(Set(all.map { $0.code }).count == all.count)
        #expect(Set(all.map { $0.description }).count == all.count)
        let outer: [KeySetFailure] = [
            .unreachable(.timedOut), .status(500), .refused(.malformed), .noUsableKey,
            .discoveryMismatch, .discoveryMalformed, .unreadableFile,
        ]
        #expect(Set(outer.map { $0.code }).count == outer.count)
        let directory: [DirectoryFailure] = [
            .unreachable(.timedOut), .status(500), .malformed, .wrongSubject,
        ]
        #expect(Set(directory.map { $0.code }).count == directory.count)
    }
}
