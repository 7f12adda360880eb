import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing
import TokenVerify

@testable import Gatekeeper

@Suite struct KeyStoreTests {
    static let group = MultiThreadedEventLoopGroup.singleton

    static func resources(_ client: HTTPClient) -> KeyStore.Resources {
        KeyStore.Resources(
            client: client,
            group: Self.group,
            pool: .singleton,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    static func withClient<Value>(
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(Self.group),
            configuration: DocumentFetcher.clientConfiguration
        )
        do {
            let value = try await body(client)
            try await client.shutdown()
            return value
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func issuers(_ yaml: String) throws -> [IssuerConfiguration] {
        let loaded = ConfigurationFixture.load(ConfigurationFixture.minimal(issuer: yaml))
        let problems = loaded.problems.map { $0.message }
        return try #require(loaded.configuration, "\(problems)").issuers
    }

    private func supabase(_ url: String, _ more: String = "") -> String {
        "  - {provider: supabase, url: \"\(url)\"\(more)}"
    }

    private func started(
        _ yaml: String,
        _ client: HTTPClient,
        replacing old: KeyStore? = nil
    ) async throws -> KeyStore {
        let store = try KeyStore(
            issuers: try self.issuers(yaml),
            resources: Self.resources(client),
            replacing: old
        )
        try await store.start(on: Self.group.next()).get()
        return store
    }

    @Test("keys come from the issuer's URL")
    func url() async throws {
        let server = try await LoopbackServer.start { head in
            head.uri == "/auth/v1/.well-known/jwks.json"
                ? .init(body: KeyFixture.set("a", "b")) : .init(status: .notFound)
        }
        try await Self.withClient { client in
            let store = try await self.started(self.supabase(server.url), client)
            #expect(store.isReady)
            #expect(store.keys(at: 0).snapshot.keys.entries.map { $0.keyID } == ["a", "b"])
            let status = try #require(store.statuses.first)
            #expect(status.source == "\(server.url)/auth/v1/.well-known/jwks.json")
            #expect(status.fetchedAt != nil)
            #expect(status.nextFetch != nil)
            store.stop()
        }
        try await server.stop()
    }

    @Test("a redirect is not followed, and one issuer's failure is its own")
    func redirect() async throws {
        let good = try await LoopbackServer.start { _ in .init(body: KeyFixture.set("a")) }
        let goodURL = good.url
        let bad = try await LoopbackServer.start { _ in
            .init(status: .found, headers: ["Location": "\(goodURL)/"])
        }
        try await Self.withClient { client in
            let cookie = ", cookie: other"
            let yaml = self.supabase(bad.url) + "\n" + self.supabase(good.url, cookie)
            let store = try await self.started(yaml, client)
            #expect(!store.keys(at: 0).snapshot.isUsable)
            #expect(store.statuses[0].lastFailure == .status(302))
            #expect(store.keys(at: 1).snapshot.isUsable)
            #expect(store.isReady)
            #expect(good.requests.count == 1)
            store.stop()
        }
        try await good.stop()
        try await bad.stop()
    }

    @Test(
        "an answer that is cut, too large or not there is a failure of the source",
        arguments: [
            (LoopbackServer.Response(body: "{\"keys\":", isCut: true), "broken-answer"),
            (
                LoopbackServer.Response(body: String(repeating: " ", count: 1 << 20) + "{}"),
                "too-large"
            ),
        ]
    )
    func brokenAnswers(response: LoopbackServer.Response, code: String) async throws {
        let server = try await LoopbackServer.start { _ in response }
        try await Self.withClient { client in
            let store = try await self.started(self.supabase(server.url), client)
            #expect(store.statuses[0].lastFailure?.code == code)
            #expect(!store.isReady)
            store.stop()
        }
        try await server.stop()
    }

    @Test("nobody at the address is a failure of the source")
    func nobodyThere() async throws {
        let server = try await LoopbackServer.start { _ in .init() }
        let url = server.url
        try await server.stop()
        try await Self.withClient { client in
            let store = try await self.started(self.supabase(url), client)
            #expect(store.statuses[0].lastFailure == .unreachable(.notConnected))
            store.stop()
        }
    }

    @Test("discovery leads to the keys")
    func discovery() async throws {
        let own = Mutex("")
        let server = try await LoopbackServer.start { head in
            let url = own.withLock { $0 }
            guard head.uri == "/.well-known/openid-configuration" else {
                return .init(body: KeyFixture.set("a"))
            }
            return .init(body: #"{"issuer":"\#(url)","jwks_uri":"\#(url)/keys"}"#)
        }
        own.withLock { $0 = server.url }
        let yaml = "  - {provider: oidc, issuer: \"\(server.url)\", audience: a, preset: okta}"
        try await Self.withClient { client in
            let store = try await self.started(yaml, client)
            #expect(store.isReady)
            #expect(
                server.requests.map { $0.uri } == ["/.well-known/openid-configuration", "/keys"]
            )
            store.stop()
        }
        try await server.stop()
    }

    @Test("a shared secret works from the start, and an empty set beside it is normal")
    func secret() async throws {
        let server = try await LoopbackServer.start { _ in .init(body: #"{"keys":[]}"#) }
        let more = ", jwt_secret: \"${SECRET}\", algorithms: [HS256, ES256]"
        try await Self.withClient { client in
            let store = try await self.started(self.supabase(server.url, more), client)
            #expect(store.isReady)
            #expect(store.keys(at: 0).snapshot.isComplete)
            #expect(store.keys(at: 0).snapshot.keys.entries.map { $0.isSecret } == [true])
            store.stop()
        }
        try await server.stop()
    }

    @Test("a reload keeps the keys of the issuers that did not change")
    func reload() async throws {
        let server = try await LoopbackServer.start { _ in .init(body: KeyFixture.set("a")) }
        try await Self.withClient { client in
            let old = try await self.started(self.supabase(server.url), client)
            let cookie = ", cookie: renamed"
            let kept = try await self.started(
                self.supabase(server.url, cookie),
                client,
                replacing: old
            )
            old.stop(succeededBy: kept)
            #expect(kept.keys(at: 0) === old.keys(at: 0))
            #expect(server.requests.count == 1)
            // Waiting for a fetch is bounded; on a busy machine the request comes after that.
            let deadline = ContinuousClock.now + .seconds(30)
            repeat {
                let missed = MissedKey(issuer: 0, name: .init("b"))
                try await kept.missedKey(missed, on: Self.group.next()).get()
            } while server.requests.count < 2 && ContinuousClock.now < deadline
            #expect(server.requests.count == 2)
            kept.stop()
        }
        try await server.stop()
    }

    @Test(
        "keys come from a file, as a JSON Web Key Set or as PEM",
        arguments: [(KeyFixture.set("a"), "a"), (KeyFixture.pem, nil)] as [(String, String?)]
    )
    func file(text: String, keyID: String?) async throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "keys-\(UInt64.random(in: 0..<UInt64.max)).json").path
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let yaml =
            "  - {provider: static, issuer: \"https://i.test\", audience: a, jwks: \"\(path)\"}"
        try await Self.withClient { client in
            let store = try await self.started(yaml, client)
            #expect(store.keys(at: 0).snapshot.keys.entries.map { $0.keyID } == [keyID])
            #expect(store.statuses[0].nextFetch == nil)
            store.stop()
        }
    }

    @Test("a file that turns bad changes nothing but the status")
    func brokenFile() throws {
        let keys = IssuerKeys(issuer: "i", source: "s", secretKeys: nil, isComplete: false)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let reader = KeyFileReader(keys: keys, allowsEmpty: false, logger: logger)
        reader.take(.success(Array(KeyFixture.set("a").utf8)))
        let generation = keys.generation
        reader.take(.success(Array("{".utf8)))
        reader.take(.failure(CocoaError(.fileNoSuchFile)))
        #expect(keys.generation == generation)
        #expect(keys.snapshot.isUsable)
        #expect(keys.status.lastFailure == .unreadableFile)
        reader.take(.success(Array(KeyFixture.set("b").utf8)))
        #expect(keys.generation > generation)
        #expect(keys.status.lastFailure == nil)
    }

    @Test("a file has changed when its content was replaced, and not before")
    func watching() throws {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "watched-\(UInt64.random(in: 0..<UInt64.max))").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var file = WatchedFile(path: path)
        var seen = [file.hasChanged()]
        try Data("one".utf8).write(to: URL(filePath: path))
        seen += [file.hasChanged(), file.hasChanged()]
        try Data("three".utf8).write(to: URL(filePath: path), options: .atomic)
        seen += [file.hasChanged()]
        #expect(seen == [false, true, false, true])
        #expect(try file.contents() == Array("three".utf8))
    }
}
