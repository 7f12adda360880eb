import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import PolicyDSL
import Testing

@testable import Gatekeeper

@Suite struct UserDirectoryTests {
    /// The answer about `subject` under a configuration, asked on a loop of its own.
    private func answer(
        _ subject: String,
        session: String? = nil,
        directory: String,
        issuer: String = ConfigurationFixture.staticIssuer
    ) async throws -> DirectoryAnswer {
        let loaded = ConfigurationFixture.load(
            ConfigurationFixture.minimal(directory, issuer: issuer)
        )
        let problems = loaded.problems.map { $0.message }
        let configuration = try #require(loaded.configuration, "\(problems)")
        return try await KeyStoreTests.withClient { client in
            let directory = UserDirectory(
                configuration,
                resources: KeyStoreTests.resources(client)
            )
            let loop = KeyStoreTests.group.next()
            try await directory.start(on: loop).get()
            let question = try DirectoryFixture.question(subject, session: session)
            let answer = try await loop.flatSubmit {
                let desk = DirectoryDesk(directory, eventLoop: loop)
                switch desk.ask(question, at: DirectoryFixture.now) {
                case .settled(let reply): return loop.makeSucceededFuture(reply.answer)
                case .pending(let future): return future.map { $0.answer }
                }
            }.get()
            directory.stop()
            return answer
        }
    }

    @Test("without a directory every fact is Unknown")
    func none() async throws {
        #expect(try await self.answer("ada", directory: "") == .unknown)
    }

    @Test("a file answers")
    func file() async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "users-\(UInt64.random(in: 0..<UInt64.max)).json").path
        try Data(DirectoryFileTests.users.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let directory = "directory: {source: file, path: \"\(path)\"}"
        let bob = UserFacts(created: .known(nil), factors: .known(FactorCounts()))
        #expect(try await self.answer("bob", directory: directory) == .known(bob))
        #expect(try await self.answer("eve", directory: directory) == .refused(.userNotFound))
    }

    @Test("a file that is not there answers nothing")
    func noFile() async throws {
        let directory = "directory: {source: file, path: /nonexistent/users.json}"
        #expect(try await self.answer("bob", directory: directory) == .unknown)
    }

    @Test("Supabase is asked in the user's own name")
    func supabaseUser() async throws {
        let server = try await LoopbackServer.start { _ in .init(body: #"{"id":"ada"}"#) }
        let issuer = "  - {provider: supabase, url: \"\(server.url)\", api_key: \"${SECRET}\"}"
        let facts = UserFacts(created: .known(nil), factors: .known(FactorCounts()))
        let directory = "directory: {source: issuer, timeout: 60s}"
        #expect(try await self.answer("ada", directory: directory, issuer: issuer) == .known(facts))
        let request = try #require(server.requests.first)
        #expect(request.uri == "/auth/v1/user")
        #expect(request.headers.first(name: "authorization") == "Bearer token")
        #expect(request.headers.first(name: "apikey") == ConfigurationFixture.environment["SECRET"])
        try await server.stop()
    }

    @Test("with a secret key the admin API is asked")
    func supabaseAdmin() async throws {
        let server = try await LoopbackServer.start { _ in .init(body: #"{"id":"a/b"}"#) }
        let issuer = "  - {provider: supabase, url: \"\(server.url)\", secret_key: \"${SECRET}\"}"
        let directory = "directory: {source: issuer, timeout: 60s}"
        let answer = try await self.answer("a/b", directory: directory, issuer: issuer)
        #expect(answer != .unknown)
        let request = try #require(server.requests.first)
        #expect(request.uri == "/auth/v1/admin/users/a%2Fb")
        let secret = try #require(ConfigurationFixture.environment["SECRET"])
        #expect(request.headers.first(name: "authorization") == "Bearer \(secret)")
        try await server.stop()
    }

    @Test("an HTTP source is asked at its URL, with its headers, by its paths")
    func http() async throws {
        let body = #"""
            {"id":"ada","profile":{"since":"2026-01-01T00:00:00Z"},
             "mfa":[{"factor_type":"phone","status":"verified"}]}
            """#
        let server = try await LoopbackServer.start { _ in .init(body: body) }
        let directory = """
            directory:
              source: http
              url: "\(server.url)/users?id={subject}"
              headers: {X-Key: "${SECRET}"}
              timeout: 60s
              created_at: profile.since
              factors: mfa
            """
        let created = try #require(Instant(rfc3339: "2026-01-01T00:00:00Z"))
        let facts = UserFacts(created: .known(created), factors: .known(FactorCounts(phone: 1)))
        #expect(try await self.answer("ada", directory: directory) == .known(facts))
        let request = try #require(server.requests.first)
        #expect(request.uri == "/users?id=ada")
        #expect(request.headers.first(name: "x-key") == ConfigurationFixture.environment["SECRET"])
        try await server.stop()
    }

    @Test(
        "a source that fails in any way leaves the facts Unknown",
        arguments: [
            LoopbackServer.Response(status: .internalServerError),
            LoopbackServer.Response(status: .unauthorized),
            LoopbackServer.Response(status: .notFound),
            LoopbackServer.Response(status: .found, headers: ["Location": "/elsewhere"]),
            LoopbackServer.Response(status: .tooManyRequests, headers: ["Retry-After": "1"]),
            LoopbackServer.Response(body: "garbage"),
            LoopbackServer.Response(body: #"{"id":"eve"}"#),
            LoopbackServer.Response(body: #"{"id":"ada"}"#, isCut: true),
            LoopbackServer.Response(
                body: #"{"id":"ada","x":"\#(String(repeating: "x", count: 2_048))"}"#
            ),
            LoopbackServer.Response(isSilent: true),
        ]
    )
    func failures(response: LoopbackServer.Response) async throws {
        let server = try await LoopbackServer.start { _ in response }
        let issuer = "  - {provider: supabase, url: \"\(server.url)\"}"
        let directory = "directory: {source: issuer, timeout: 200ms, max_bytes: 1KiB}"
        #expect(try await self.answer("ada", directory: directory, issuer: issuer) == .unknown)
        try await server.stop()
    }

    @Test("a reload keeps the directory, and the facts it heard, unless it is another one")
    func reload() async throws {
        func configuration(_ directory: String) throws -> Configuration {
            let text = ConfigurationFixture.minimal(directory)
            return try #require(ConfigurationFixture.load(text).configuration)
        }
        try await KeyStoreTests.withClient { client in
            let resources = KeyStoreTests.resources(client)
            let users = try configuration("directory: {source: file, path: users}")
            let old = UserDirectory.of(users, resources: resources, replacing: nil)
            let same = UserDirectory.of(users, resources: resources, replacing: old)
            #expect(same === old)
            let others = try configuration("directory: {source: file, path: others}")
            #expect(UserDirectory.of(others, resources: resources, replacing: old) !== old)
        }
    }
}
