internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import TokenVerify

/// Asks the configured issuers for their keys once, for commands.
enum KeyLoading {
    /// The keys of each issuer, in order; nil where a source did not answer.
    static func keys(of issuers: [IssuerConfiguration]) async throws -> [JSONWebKeySet?] {
        try await Self.withStore(of: issuers) { store in
            issuers.indices.map { index in
                let snapshot = store.keys(at: index).snapshot
                return snapshot.isComplete ? snapshot.keys : nil
            }
        }
    }

    /// Runs `body` with a store whose sources were all asked once.
    static func withStore<Value: Sendable>(
        of issuers: [IssuerConfiguration],
        _ body: @Sendable (KeyStore) -> Value
    ) async throws -> Value {
        let group = MultiThreadedEventLoopGroup.singleton
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(group),
            configuration: DocumentFetcher.clientConfiguration
        )
        let store: KeyStore
        do {
            store = try KeyStore(
                issuers: issuers,
                resources: KeyStore.Resources(
                    client: client,
                    group: group,
                    pool: .singleton,
                    logger: Logger(label: "gatekeeper", factory: { _ in SwiftLogNoOpLogHandler() })
                )
            )
        } catch {
            try await client.shutdown()
            throw CommandFailure("\(error)", status: .invalid)
        }
        try await store.start(on: group.next()).get()
        let value = body(store)
        store.stop()
        try await client.shutdown()
        return value
    }
}
