internal import AsyncHTTPClient
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import PolicyDSL
internal import Synchronization

/// Where the facts of this deployment come from; shared by all event loops.
final class UserDirectory: Sendable {
    enum Source {
        /// No directory is configured: every fact is Unknown.
        case none
        case claims(ClaimsDirectorySource)
        case file(FileDirectory, FileFollower)
        /// By the position of the issuer; an issuer without an endpoint has no facts.
        case remote([RemoteDirectory?])
    }

    /// What makes two directories interchangeable.
    private struct Origin: Equatable {
        let directory: DirectoryConfiguration?
        let providers: [IssuerConfiguration.Provider]

        init(_ configuration: Configuration) {
            self.directory = configuration.directory
            self.providers = configuration.issuers.map(\.provider)
        }
    }

    let source: Source
    let forgotten = ForgottenFacts()
    private let origin: Origin?
    private let isStarted = Atomic(false)

    init(source: Source) {
        self.source = source
        self.origin = nil
    }

    private init(_ source: Source, origin: Origin) {
        self.source = source
        self.origin = origin
    }

    /// The directory that `configuration` names: `old` where that is the same one, so that a
    /// reload forgets no facts.
    static func of(
        _ configuration: Configuration,
        resources: KeyStore.Resources,
        replacing old: UserDirectory?
    ) -> UserDirectory {
        if let old, old.origin == Origin(configuration) { return old }
        return UserDirectory(configuration, resources: resources)
    }

    /// The directory that `configuration` names; sources that cannot be served answer nothing.
    convenience init(_ configuration: Configuration, resources: KeyStore.Resources) {
        self.init(
            Self.source(configuration, resources: resources),
            origin: Origin(configuration)
        )
    }

    private static func source(
        _ configuration: Configuration,
        resources: KeyStore.Resources
    ) -> Source {
        guard let directory = configuration.directory else { return .none }
        switch directory.source {
        case .claims(let source): return .claims(source)
        case .file(let path):
            let file = FileDirectory(logger: resources.logger)
            let follower = FileFollower(
                path: path,
                eventLoop: resources.group.next(),
                pool: resources.pool
            ) { file.take($0) }
            return .file(file, follower)
        case .issuer:
            let remotes = configuration.issuers.map { issuer in
                DirectoryEndpoint(issuer.provider).map { endpoint in
                    RemoteDirectory(endpoint, directory: directory, resources: resources)
                }
            }
            return .remote(remotes)
        case .http(let source):
            let remote = RemoteDirectory(
                .http(source),
                directory: directory,
                resources: resources
            )
            let count = configuration.issuers.count
            return .remote(Array(repeating: remote, count: count))
        case .postgres, .sqlite: return .none
        }
    }

    /// Begins to follow the file, if there is one and nobody follows it yet; succeeds when it
    /// was read or found unreadable.
    func start(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        guard !self.isStarted.exchange(true, ordering: .relaxed) else {
            return eventLoop.makeSucceededVoidFuture()
        }
        switch self.source {
        case .none, .claims, .remote: return eventLoop.makeSucceededVoidFuture()
        case .file(_, let follower): return follower.start().hop(to: eventLoop)
        }
    }

    /// Ends it, unless `successor` is the same.
    func stop(succeededBy successor: UserDirectory? = nil) {
        guard successor !== self else { return }
        switch self.source {
        case .none, .claims, .remote: break
        case .file(_, let follower): follower.stop()
        }
    }

    /// Why the directory cannot answer anyone; nil when it can, or might.
    var problem: DirectoryFileProblem? {
        switch self.source {
        case .none, .claims, .remote: nil
        case .file(let file, _): file.problem
        }
    }
}

extension RemoteDirectory {
    fileprivate convenience init(
        _ endpoint: DirectoryEndpoint,
        directory: DirectoryConfiguration,
        resources: KeyStore.Resources
    ) {
        let fetcher = DocumentFetcher(client: resources.client)
        let timeout = TimeAmount(directory.timeout)
        self.init(
            lifetimes: FactLifetimes(
                ttl: TimeAmount(directory.ttl),
                negativeTTL: TimeAmount(directory.negativeTTL),
                maxStale: TimeAmount(directory.maxStale)
            ),
            answersForSession: endpoint.answersForSession,
            eventLoop: resources.group.next(),
            logger: resources.logger
        ) { question, eventLoop in
            endpoint.ask(
                question,
                through: fetcher,
                timeout: timeout,
                maximumBytes: directory.maxBytes,
                on: eventLoop
            )
        }
    }
}
